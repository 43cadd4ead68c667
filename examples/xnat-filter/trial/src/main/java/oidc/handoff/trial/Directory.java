package oidc.handoff.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import javax.servlet.http.HttpServletRequest;
import oidc.handoff.Assertion;
import oidc.handoff.spring.Account;
import oidc.handoff.spring.Accounts;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/** Accounts from a JSON file, in memory. Names are found without regard to case, as XNAT does. */
final class Directory implements Accounts, UserDetailsService {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Map<String, ObjectNode> accounts = new ConcurrentSkipListMap<>(String.CASE_INSENSITIVE_ORDER);

    Directory(Path file) throws IOException {
        Iterator<Map.Entry<String, JsonNode>> all = MAPPER.readTree(file.toFile()).fields();
        while (all.hasNext()) {
            Map.Entry<String, JsonNode> each = all.next();
            accounts.put(each.getKey(), ((ObjectNode) each.getValue()).put("username", each.getKey()));
        }
    }

    String json() throws IOException {
        return MAPPER.writeValueAsString(accounts);
    }

    @Override
    public Account find(String username) {
        ObjectNode found = accounts.get(username);
        if (found == null) {
            return null;
        }
        if (found.has("unreachable")) {
            throw new IllegalStateException("no database");
        }
        return new Account(user(found), found.path("email").asText(null), found.path("verified").asBoolean(),
                found.path("administrator").asBoolean());
    }

    @Override
    public Account create(Assertion person) {
        ObjectNode made = MAPPER.createObjectNode().put("username", person.username()).put("email", person.email())
                .put("firstName", person.givenName()).put("lastName", person.familyName())
                .put("enabled", person.autoEnabled()).put("verified", person.autoVerified());
        takeAsLongAsADatabase();
        if (accounts.putIfAbsent(person.username(), made) != null) {
            throw new IllegalStateException("the account exists");
        }
        return find(person.username());
    }

    /** So that two who create at once do meet. */
    private static void takeAsLongAsADatabase() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void signedIn(HttpServletRequest request, UserDetails user) {
        request.getSession().setAttribute("signedIn", user.getUsername());
    }

    @Override
    public UserDetails loadUserByUsername(String username) {
        ObjectNode found = accounts.get(username);
        if (found == null || !found.has("password")) {
            throw new UsernameNotFoundException("no local account");
        }
        return user(found);
    }

    private static UserDetails user(ObjectNode account) {
        return User.withUsername(account.get("username").asText()).roles("USER")
                .password("{noop}" + account.path("password").asText())
                .disabled(!account.path("enabled").asBoolean()).build();
    }
}
