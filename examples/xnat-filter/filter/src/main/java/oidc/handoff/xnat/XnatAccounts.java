package oidc.handoff.xnat;

import java.security.SecureRandom;
import java.util.Base64;
import javax.servlet.http.HttpServletRequest;
import oidc.handoff.Assertion;
import oidc.handoff.spring.Account;
import oidc.handoff.spring.Accounts;
import org.nrg.xdat.security.helpers.Roles;
import org.nrg.xdat.security.helpers.UserHelper;
import org.nrg.xdat.security.helpers.Users;
import org.nrg.xdat.security.user.exceptions.UserInitException;
import org.nrg.xdat.security.user.exceptions.UserNotFoundException;
import org.nrg.xft.event.EventUtils;
import org.nrg.xft.security.UserI;
import org.springframework.security.core.userdetails.UserDetails;

/** XNAT's accounts. Compiled against what is in contract/, and never run against an XNAT here. */
final class XnatAccounts implements Accounts {
    private static final int PASSWORD_BYTES = 32;

    @Override
    public Account find(String username) {
        try {
            return account(Users.getUser(username));
        } catch (UserNotFoundException e) {
            return null;
        } catch (UserInitException e) {
            throw new IllegalStateException("XNAT cannot read the account", e);
        }
    }

    @Override
    public Account create(Assertion person) {
        UserI user = Users.createUser();
        user.setLogin(person.username());
        user.setEmail(person.email());
        user.setFirstname(person.givenName());
        user.setLastname(person.familyName());
        user.setPassword(password());
        user.setEnabled(person.autoEnabled());
        user.setVerified(person.autoVerified());
        try {
            Users.save(user, Users.getAdminUser(), false,
                    EventUtils.DEFAULT_EVENT(user, "First sign-in through oidc-sidecar"));
        } catch (Exception e) { // XNAT declares no less
            throw new IllegalStateException("XNAT cannot save the new account", e);
        }
        return find(person.username());
    }

    @Override
    public void signedIn(HttpServletRequest request, UserDetails user) {
        UserHelper.setUserHelper(request, (UserI) user);
    }

    private static Account account(UserI user) {
        return new Account(user, user.getEmail(), Boolean.TRUE.equals(user.isVerified()),
                Roles.isSiteAdmin(user) || user.isGuest());
    }

    /** Nobody knows it: who is handed over has no use for one. */
    private static String password() {
        byte[] bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }
}
