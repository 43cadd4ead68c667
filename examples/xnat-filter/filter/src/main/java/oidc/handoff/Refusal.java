package oidc.handoff;

/** A request, or the person behind it, is not let in. Carries nothing that came from outside. */
public final class Refusal extends Exception {
    private final Reason reason;

    public Refusal(Reason reason) {
        super(reason.code(), null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
