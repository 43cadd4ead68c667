package oidc.handoff;

import javax.servlet.http.HttpServletRequest;

/** Who a request is of, as the sidecar says and signs. Thread-safe. */
public final class HandOff {
    private final String prefix;
    private final AssertionVerifier verifier;

    public HandOff(Settings settings) {
        prefix = settings.headerPrefix();
        verifier = new AssertionVerifier(settings.siteUrl(),
                new SidecarKeys(new KeyFetch(settings.jwksUrl()), settings.pauseBetweenFetches(), settings.trustInKeys()));
    }

    /** @return null where the request brings no identity */
    public Assertion of(HttpServletRequest request) throws Refusal {
        IdentityHeaders headers = IdentityHeaders.of(request, prefix);
        String text = headers.assertion();
        if (text == null) {
            return null;
        }
        // The sidecar hands nobody over who brings credentials: two identities, and no telling which is meant.
        if (request.getHeader("Authorization") != null) {
            throw new Refusal(Reason.TWO_CREDENTIALS);
        }
        Assertion assertion = verifier.verify(text, System.currentTimeMillis() / 1000);
        headers.checkAgainst(assertion);
        return assertion;
    }
}
