/* The files and connections that a process may have open: what to do when they are used up. */
#ifndef SERVER_DESCRIPTORS_H
#define SERVER_DESCRIPTORS_H

static const char descriptors_hint[] =
    "each proxied request takes two descriptors: allow more (LimitNOFILE= in the unit, ulimit -n), "
    "or see who holds so many connections";

#endif
