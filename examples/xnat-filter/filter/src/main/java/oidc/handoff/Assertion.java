package oidc.handoff;

import java.util.Collections;
import java.util.Map;

/** What a verified assertion says of a person. Made by {@link AssertionVerifier} alone. */
public final class Assertion {
    private final Map<String, String> facts;

    /** @param facts every claim about the person; flags as "true" and "false" */
    Assertion(Map<String, String> facts) {
        this.facts = Collections.unmodifiableMap(facts);
    }

    String fact(String claim) {
        return facts.get(claim);
    }

    public String username() {
        return fact("sub");
    }

    /** May be empty, as the names. */
    public String email() {
        return fact("email");
    }

    public String givenName() {
        return fact("given_name");
    }

    public String familyName() {
        return fact("family_name");
    }

    /** The provider file lets unknown people have an account. */
    public boolean createUser() {
        return Boolean.parseBoolean(fact("create_user"));
    }

    public boolean autoEnabled() {
        return Boolean.parseBoolean(fact("auto_enabled"));
    }

    public boolean autoVerified() {
        return Boolean.parseBoolean(fact("auto_verified"));
    }
}
