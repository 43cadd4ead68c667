package oidc.handoff.spring;

import oidc.handoff.Assertion;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.userdetails.UserDetails;

/** A person whom the sidecar handed over: as asserted before, as a user of the application afterwards. */
public final class AssertionAuthentication extends AbstractAuthenticationToken {
    private final transient Assertion assertion;
    private final UserDetails user;

    AssertionAuthentication(Assertion assertion) {
        super(null);
        this.assertion = assertion;
        this.user = null;
    }

    AssertionAuthentication(UserDetails user) {
        super(user.getAuthorities());
        this.assertion = null;
        this.user = user;
        super.setAuthenticated(true);
    }

    Assertion assertion() {
        return assertion;
    }

    /** Nobody else says so. */
    @Override
    public void setAuthenticated(boolean authenticated) {
        if (authenticated) {
            throw new IllegalArgumentException("only AssertionAuthenticationProvider does that");
        }
        super.setAuthenticated(false);
    }

    @Override
    public Object getCredentials() {
        return "";
    }

    @Override
    public Object getPrincipal() {
        return user != null ? user : assertion.username();
    }
}
