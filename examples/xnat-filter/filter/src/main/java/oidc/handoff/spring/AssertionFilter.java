package oidc.handoff.spring;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.servlet.FilterChain;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import oidc.handoff.Assertion;
import oidc.handoff.HandOff;
import oidc.handoff.Reason;
import oidc.handoff.Refusal;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.web.authentication.session.SessionAuthenticationException;
import org.springframework.security.web.authentication.session.SessionAuthenticationStrategy;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Compares, on every request, who the sidecar says it is with whose session it brings.
 *
 * <p>A session of somebody else is ended before anything of it is used, and a session that the hand-off began is ended by
 * the first request that comes without an assertion: after a sign-out at the sidecar, or past it. Requests without
 * identity headers are otherwise none of its business.
 */
final class AssertionFilter extends OncePerRequestFilter {
    private static final Logger LOG = Logger.getLogger(AssertionFilter.class.getName());

    private final HandOff handOff;
    private final AuthenticationManager manager;
    private final Accounts accounts;
    private final SessionAuthenticationStrategy sessions;
    private final SecurityContextRepository contexts;
    private final RefusalPage page;

    AssertionFilter(HandOff handOff, AuthenticationManager manager, Accounts accounts,
                    SessionAuthenticationStrategy sessions, SecurityContextRepository contexts,
                    RefusalPage page) {
        this.handOff = handOff;
        this.manager = manager;
        this.accounts = accounts;
        this.sessions = sessions;
        this.contexts = contexts;
        this.page = page;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Assertion assertion = null; // stays so where it is not believed: nobody's name is taken from such
        try {
            assertion = handOff.of(request);
            compare(assertion, request, response);
        } catch (Refusal refusal) {
            page.answer(response, refusal.reason(), assertion);
            return;
        } catch (AuthenticationException e) {
            SecurityContextHolder.clearContext();
            page.answer(response, reason(e), assertion);
            return;
        }
        chain.doFilter(request, response);
    }

    private void compare(Assertion assertion, HttpServletRequest request, HttpServletResponse response) {
        HandedSession session = new HandedSession(request);
        if (assertion == null) {
            if (session.isHanded()) {
                LOG.fine("A session that was handed over comes without an assertion, and is ended");
                session.end();
            }
        } else if (!session.isOf(assertion.username())) {
            if (!session.isNobodys()) {
                LOG.log(Level.INFO, "A session of somebody else than {0} is ended", assertion.username());
                session.end();
            }
            signIn(assertion, session, request, response);
        }
    }

    private void signIn(Assertion assertion, HandedSession session, HttpServletRequest request,
                        HttpServletResponse response) {
        Authentication user = manager.authenticate(new AssertionAuthentication(assertion));
        request.getSession();
        // Another session id than a stranger may have planted, and XNAT's limit of sessions.
        sessions.onAuthentication(user, request, response);
        session.begin(assertion.username());
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(user);
        SecurityContextHolder.setContext(context);
        contexts.saveContext(context, request, response);
        accounts.signedIn(request, (UserDetails) user.getPrincipal());
        LOG.log(Level.INFO, "{0} is signed in by assertion", assertion.username());
    }

    private static Reason reason(AuthenticationException e) {
        if (e instanceof RefusedException) {
            return ((RefusedException) e).reason();
        }
        if (e instanceof SessionAuthenticationException) {
            return Reason.SESSION_LIMIT;
        }
        LOG.log(Level.SEVERE, "The accounts cannot be reached", e);
        return Reason.ACCOUNTS_UNAVAILABLE;
    }
}
