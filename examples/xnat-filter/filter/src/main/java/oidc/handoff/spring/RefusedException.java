package oidc.handoff.spring;

import oidc.handoff.Reason;
import oidc.handoff.Refusal;
import org.springframework.security.core.AuthenticationException;

/** A refusal on its way through Spring Security. */
final class RefusedException extends AuthenticationException {
    private final Reason reason;

    RefusedException(Refusal refusal) {
        super(refusal.getMessage(), refusal);
        reason = refusal.reason();
    }

    Reason reason() {
        return reason;
    }
}
