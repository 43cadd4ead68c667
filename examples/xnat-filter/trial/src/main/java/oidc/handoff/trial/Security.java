package oidc.handoff.trial;

import oidc.handoff.Settings;
import oidc.handoff.spring.AssertionLogin;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.web.SecurityFilterChain;

/** As XNAT has it: local logins by form and Basic, guests, a logout; and the hand-off. */
@Configuration
@EnableWebSecurity
class Security {
    @Bean
    SecurityFilterChain chain(HttpSecurity http, Settings settings, Directory accounts) throws Exception {
        http.csrf().disable()
                .authorizeHttpRequests().anyRequest().permitAll()
                .and().formLogin().and().httpBasic().and().logout()
                .and().sessionManagement().maximumSessions(100).maxSessionsPreventsLogin(true)
                .and().and().userDetailsService(accounts);
        http.apply(new AssertionLogin(settings, accounts));
        return http.build();
    }
}
