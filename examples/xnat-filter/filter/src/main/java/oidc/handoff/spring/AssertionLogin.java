package oidc.handoff.spring;

import java.util.Collections;
import oidc.handoff.HandOff;
import oidc.handoff.Settings;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.authentication.session.ChangeSessionIdAuthenticationStrategy;
import org.springframework.security.web.authentication.session.SessionAuthenticationStrategy;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.security.web.header.HeaderWriterFilter;

/** Puts the hand-off into a chain of Spring Security: {@code http.apply(new AssertionLogin(settings, accounts))}. */
public final class AssertionLogin extends AbstractHttpConfigurer<AssertionLogin, HttpSecurity> {
    private final Settings settings;
    private final Accounts accounts;

    public AssertionLogin(Settings settings, Accounts accounts) {
        this.settings = settings;
        this.accounts = accounts;
    }

    /** Right behind where the session's user is looked up: before CSRF, logout and every other way to sign in. */
    @Override
    public void configure(HttpSecurity http) {
        AccountPolicy policy = new AccountPolicy(accounts, settings.createUsers());
        // A manager of its own: no other provider ever sees an assertion, and this one sees nothing else.
        ProviderManager manager = new ProviderManager(
                Collections.<AuthenticationProvider>singletonList(new AssertionAuthenticationProvider(policy)));
        AssertionFilter filter = new AssertionFilter(new HandOff(settings), manager, accounts,
                shared(http, SessionAuthenticationStrategy.class, new ChangeSessionIdAuthenticationStrategy()),
                shared(http, SecurityContextRepository.class, new HttpSessionSecurityContextRepository()),
                new RefusalPage(settings.siteName(), settings.contact()));
        http.addFilterBefore(filter, HeaderWriterFilter.class);
    }

    private static <T> T shared(HttpSecurity http, Class<T> type, T otherwise) {
        T found = http.getSharedObject(type);
        return found != null ? found : otherwise;
    }
}
