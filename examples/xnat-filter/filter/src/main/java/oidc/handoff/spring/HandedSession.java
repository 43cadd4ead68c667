package oidc.handoff.spring;

import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpSession;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/** Whose the session of a request is, and whether the hand-off began it. */
final class HandedSession {
    private static final String OWNER = HandedSession.class.getName() + ".owner";

    private final HttpServletRequest request;

    HandedSession(HttpServletRequest request) {
        this.request = request;
    }

    /** The hand-off began it, whoever signed in to it since. */
    boolean isHanded() {
        return owner() != null;
    }

    boolean isOf(String username) {
        return username.equals(user()) && (owner() == null || username.equals(owner()));
    }

    /** Nobody's, as those of guests. */
    boolean isNobodys() {
        return user() == null && owner() == null;
    }

    void begin(String username) {
        request.getSession().setAttribute(OWNER, username);
    }

    /** Whatever is in it goes, too. */
    void end() {
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
        SecurityContextHolder.clearContext();
    }

    private String owner() {
        HttpSession session = request.getSession(false);
        return session == null ? null : (String) session.getAttribute(OWNER);
    }

    private static String user() {
        Authentication current = SecurityContextHolder.getContext().getAuthentication();
        boolean nobody = current == null || current instanceof AnonymousAuthenticationToken;
        return nobody ? null : current.getName();
    }
}
