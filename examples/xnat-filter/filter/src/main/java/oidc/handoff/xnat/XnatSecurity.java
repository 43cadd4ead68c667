package oidc.handoff.xnat;

import oidc.handoff.Settings;
import oidc.handoff.spring.Accounts;
import oidc.handoff.spring.AssertionLogin;
import org.nrg.xnat.security.XnatSecurityExtension;
import org.springframework.security.config.annotation.authentication.builders.AuthenticationManagerBuilder;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;

/** XNAT's door for what adds to its security. */
final class XnatSecurity implements XnatSecurityExtension {
    private final Settings settings;
    private final Accounts accounts;

    XnatSecurity(Settings settings, Accounts accounts) {
        this.settings = settings;
        this.accounts = accounts;
    }

    @Override
    public String getAuthMethod() {
        return "oidc-handoff";
    }

    @Override
    public void configure(HttpSecurity http) throws Exception {
        http.apply(new AssertionLogin(settings, accounts));
    }

    /** Nothing: assertions are judged by a manager of their own. */
    @Override
    public void configure(AuthenticationManagerBuilder builder) {
    }
}
