package oidc.handoff.spring;

import java.util.Locale;
import java.util.regex.Pattern;
import oidc.handoff.Assertion;
import oidc.handoff.Reason;
import oidc.handoff.Refusal;
import org.springframework.security.core.userdetails.UserDetails;

/** Which account a person may use. No account is attached by its name alone. Thread-safe. */
final class AccountPolicy {
    /** What XNAT takes for an e-mail address and for a name: nothing else is put into a new account. */
    private static final Pattern EMAIL = Pattern.compile(
            "[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([A-Za-z0-9-]+\\.)+[A-Za-z]{2,}");
    private static final Pattern NAME = Pattern.compile("[^&<>\"/]*[^&<>\"/\\s][^&<>\"/]*");

    private final Accounts accounts;
    private final boolean mayCreate;

    AccountPolicy(Accounts accounts, boolean mayCreate) {
        this.accounts = accounts;
        this.mayCreate = mayCreate;
    }

    UserDetails admit(Assertion person) throws Refusal {
        refuseUnless(EMAIL.matcher(person.email()).matches(), Reason.IDENTITY_INCOMPLETE);
        Account account = accounts.find(person.username());
        if (account == null) {
            account = create(person);
        }
        check(account, person);
        return account.user();
    }

    private static void check(Account account, Assertion person) throws Refusal {
        // XNAT finds names without regard to case: two people, one account.
        refuseUnless(account.user().getUsername().equals(person.username()), Reason.ACCOUNT_OTHER_NAME);
        refuseUnless(!account.isAdministrator(), Reason.ACCOUNT_ADMINISTRATOR);
        refuseUnless(sameEmail(account.email(), person.email()), Reason.ACCOUNT_OTHER_EMAIL);
        refuseUnless(account.isEnabled(), Reason.ACCOUNT_DISABLED);
        refuseUnless(account.isVerified(), Reason.ACCOUNT_UNVERIFIED);
    }

    /** Two first requests of one person come at once: the second finds what the first made. */
    private synchronized Account create(Assertion person) throws Refusal {
        Account account = accounts.find(person.username());
        if (account != null) {
            return account;
        }
        refuseUnless(mayCreate && person.createUser(), Reason.NO_ACCOUNT);
        refuseUnless(NAME.matcher(person.givenName()).matches() && NAME.matcher(person.familyName()).matches(),
                Reason.IDENTITY_INCOMPLETE);
        return accounts.create(person);
    }

    /** The person's is ASCII; String.equalsIgnoreCase would take other letters for some of those. */
    private static boolean sameEmail(String account, String person) {
        return account != null && account.toLowerCase(Locale.ROOT).equals(person.toLowerCase(Locale.ROOT))
                && EMAIL.matcher(account).matches();
    }

    private static void refuseUnless(boolean good, Reason reason) throws Refusal {
        if (!good) {
            throw new Refusal(reason);
        }
    }
}
