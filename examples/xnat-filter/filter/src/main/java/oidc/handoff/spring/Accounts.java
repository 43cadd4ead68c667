package oidc.handoff.spring;

import javax.servlet.http.HttpServletRequest;
import oidc.handoff.Assertion;
import org.springframework.security.core.userdetails.UserDetails;

/** The application's accounts. Whatever a method throws means that they cannot be reached. Must be thread-safe. */
public interface Accounts {
    /** @return null where nobody has that name */
    Account find(String username);

    /** Makes the account of a person, enabled and verified as the assertion says, and with no role. */
    Account create(Assertion assertion);

    /** A session begins: what the application keeps in one is put there. */
    void signedIn(HttpServletRequest request, UserDetails user);
}
