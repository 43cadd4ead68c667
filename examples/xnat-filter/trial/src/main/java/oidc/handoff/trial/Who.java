package oidc.handoff.trial;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.servlet.http.HttpSession;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/** Tells who the application takes a request to be of; at /accounts, who has an account. */
final class Who extends HttpServlet {
    private final transient Directory accounts;

    Who(Directory accounts) {
        this.accounts = accounts;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getRequestURI();
        if (path.equals("/leave")) { // something in the session, a new one if need be
            request.getSession().setAttribute("left", "something");
        }
        response.setContentType("application/json;charset=UTF-8");
        response.getWriter().write(path.equals("/accounts") ? accounts.json() : who(request));
    }

    private static String who(HttpServletRequest request) throws IOException {
        Authentication current = SecurityContextHolder.getContext().getAuthentication();
        HttpSession session = request.getSession(false);
        ObjectNode answer = new ObjectMapper().createObjectNode()
                .put("user", current.getName())
                .put("by", current.getClass().getSimpleName())
                .put("session", session == null ? null : session.getId())
                .put("signedIn", session == null ? null : (String) session.getAttribute("signedIn"))
                .put("left", session == null ? null : (String) session.getAttribute("left"));
        return answer.toString();
    }
}
