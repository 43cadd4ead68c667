package oidc.handoff.spring;

import org.springframework.security.core.userdetails.UserDetails;

/** What has to be known of an account before somebody is let into it. Immutable. */
public final class Account {
    private final UserDetails user;
    private final String email;
    private final boolean verified;
    private final boolean administrator;

    public Account(UserDetails user, String email, boolean verified, boolean administrator) {
        this.user = user;
        this.email = email;
        this.verified = verified;
        this.administrator = administrator;
    }

    UserDetails user() {
        return user;
    }

    /** May be null. */
    String email() {
        return email;
    }

    /** Passwords that have run out do not count: none is asked for. */
    boolean isEnabled() {
        return user.isEnabled() && user.isAccountNonLocked() && user.isAccountNonExpired();
    }

    boolean isVerified() {
        return verified;
    }

    boolean isAdministrator() {
        return administrator;
    }
}
