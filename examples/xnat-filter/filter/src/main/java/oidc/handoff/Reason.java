package oidc.handoff;

import java.util.Locale;

/** Why a request is refused: a stable code for log and page, the status, and words for the person. */
public enum Reason {
    // What came is not what the sidecar sends.
    IDENTITY_HEADER_ALIAS(400, Words.NOT_OURS),
    IDENTITY_HEADER_TWICE(400, Words.NOT_OURS),
    TWO_CREDENTIALS(400, Words.NOT_OURS),
    NO_ASSERTION(403, Words.NOT_OURS),
    HEADERS_DISAGREE(403, Words.NOT_OURS),
    ASSERTION_MALFORMED(403, Words.NOT_OURS),
    ASSERTION_HEADER(403, Words.NOT_OURS),
    ASSERTION_KEY_UNKNOWN(403, Words.NOT_OURS),
    ASSERTION_SIGNATURE(403, Words.NOT_OURS),
    ASSERTION_ISSUER(403, Words.NOT_OURS),
    ASSERTION_AUDIENCE(403, Words.NOT_OURS),
    ASSERTION_CLAIMS(403, Words.NOT_OURS),
    ASSERTION_LIFE(403, Words.NOT_OURS),
    ASSERTION_EXPIRED(403, Words.TIMES),
    ASSERTION_EARLY(403, Words.TIMES),
    KEYS_UNAVAILABLE(503, Words.LATER),

    // The person is known, and may not come in.
    NO_ACCOUNT(403, "You have signed in, but have no account here. Ask for one, then open the page again."),
    ACCOUNT_DISABLED(403, "You have signed in, but your account here is not enabled: it waits for an administrator's "
            + "approval, or was switched off. Wait until you hear that it is approved, then open the page again."),
    ACCOUNT_UNVERIFIED(403, "You have signed in, but nobody has confirmed yet that the e-mail address of your account here "
            + "is yours. If a message with a link was sent to that address, follow the link. If you have none, an "
            + "administrator has to confirm the address. Then open the page again."),
    ACCOUNT_ADMINISTRATOR(403, Words.NOT_ATTACHED),
    ACCOUNT_OTHER_EMAIL(403, Words.NOT_ATTACHED),
    ACCOUNT_OTHER_NAME(403, Words.NOT_ATTACHED),
    IDENTITY_INCOMPLETE(403, "You have signed in, but your organisation did not tell your name or your e-mail address, "
            + "without which no account can be found or made here. Ask its help desk first."),
    SESSION_LIMIT(403, "You have too many sessions here. Sign out in other browsers, or wait until they end."),
    ACCOUNTS_UNAVAILABLE(503, Words.LATER);

    private final int status;
    private final String words;

    Reason(int status, String words) {
        this.status = status;
        this.words = words;
    }

    public int status() {
        return status;
    }

    public String words() {
        return words;
    }

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static final class Words {
        static final String NOT_OURS = "This request did not come through the sign-in of this site as it should. "
                + "Open the site anew. If it happens once more, trying further does not help.";
        static final String TIMES = "The sign-in of this site and its server disagree about the time. "
                + "Open the page again. If it happens once more, an administrator has to set a clock right.";
        static final String LATER = "Sign-in cannot be checked at the moment. Try again in a minute.";
        static final String NOT_ATTACHED = "You have signed in, but there is an account with your user name here that is "
                + "not known to be yours. An administrator has to sort this out; trying again does not help.";
    }
}
