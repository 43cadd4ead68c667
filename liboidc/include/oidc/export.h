/* What of liboidc a program may call, and what it may not ignore. */
#ifndef OIDC_EXPORT_H
#define OIDC_EXPORT_H

/** Marks a function of the public interface; everything else stays inside the shared object. */
#define OIDC_API __attribute__((visibility("default")))

/** A result that must be looked at. */
#define OIDC_CHECKED __attribute__((warn_unused_result))

#endif
