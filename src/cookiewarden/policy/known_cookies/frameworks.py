"""Well-known cookies of the software that sites are made with, beyond those that presets declare.

Rule: the rows are sorted by provider and name. A fact that the source does not state is left out.
"""

from __future__ import annotations

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie

_USUAL = Category.NECESSARY

# The pages of those who make the cookies.
_ASPNET_CORE_ANTIFORGERY = "https://github.com/dotnet/aspnetcore/blob/main/src/Antiforgery/src/AntiforgeryOptions.cs"
_ASPNET_CORE_COOKIES = (
    "https://github.com/dotnet/aspnetcore/blob/main/src/Security/Authentication/Cookies/src/"
    "CookieAuthenticationDefaults.cs"
)
_ASPNET_CORE_CULTURE = (
    "https://github.com/dotnet/aspnetcore/blob/main/src/Middleware/Localization/src/CookieRequestCultureProvider.cs"
)
_ASPNET_CORE_OPENID = (
    "https://github.com/dotnet/aspnetcore/blob/main/src/Security/Authentication/OpenIdConnect/src/"
    "OpenIdConnectDefaults.cs"
)
_ASPNET_CORE_REMOTE = (
    "https://github.com/aspnet/Security/blob/master/src/Microsoft.AspNetCore.Authentication/"
    "RemoteAuthenticationOptions.cs"
)
_ASPNET_CORE_SESSION = "https://github.com/dotnet/aspnetcore/blob/main/src/Middleware/Session/src/SessionDefaults.cs"
_ASPNET_SESSION = "https://github.com/microsoft/referencesource/blob/master/System.Web/State/SessionIDManager.cs"
_AUTH0 = "https://github.com/auth0/nextjs-auth0/blob/main/EXAMPLES.md"
_AUTHELIA = "https://github.com/authelia/authelia/blob/master/docs/content/configuration/session/introduction.md"
_AUTHJS = "https://github.com/nextauthjs/next-auth/blob/main/packages/core/src/lib/utils/cookie.ts"
_BETTER_AUTH = "https://github.com/better-auth/better-auth/blob/main/packages/better-auth/src/cookies/index.ts"
_CAKEPHP = "https://github.com/cakephp/cakephp/blob/5.x/src/Http/Middleware/CsrfProtectionMiddleware.php"
_CAKEPHP_SESSION = (
    "https://github.com/cakephp/cakephp/blob/001b8119a233b00f7be2db3dd3c59c022ec28ee4/src/Network/Session.php"
)
_CKAN = "https://github.com/ckan/ckan/blob/master/ckan/config/config_declaration.yaml"
_CLERK = "https://github.com/clerk/javascript/blob/main/packages/clerk-js/src/core/auth/cookies/clientUat.ts"
_CLERK_NAMES = "https://github.com/clerk/javascript/blob/main/packages/backend/src/constants.ts"
_CODEIGNITER = "https://github.com/bcit-ci/CodeIgniter/blob/develop/application/config/config.php"
_COGNITO = "https://github.com/aws-amplify/amplify-js/tree/main/packages"
_DRUPAL = "https://github.com/drupal/core/blob/11.x/lib/Drupal/Core/Session/SessionConfiguration.php"
_EXPRESS = "https://github.com/expressjs/session/blob/master/README.md"
_JUPYTERHUB = "https://github.com/jupyterhub/jupyterhub/blob/main/docs/source/explanation/oauth.md"
_KATANA = "https://github.com/aspnet/AspNetKatana/tree/main/src/Microsoft.Owin.Security.Cookies"
_KEYCLOAK = (
    "https://github.com/keycloak/keycloak/blob/main/server-spi-private/src/main/java/org/keycloak/cookie/"
    "CookieType.java"
)
_KRATOS = "https://github.com/ory/kratos/blob/master/embedx/config.schema.json"
_KRATOS_CONTINUITY = "https://github.com/ory/kratos/blob/master/continuity/manager.go"
_LARAVEL = "https://github.com/laravel/docs/blob/13.x/upgrade.md"
_LARAVEL_CONFIG = "https://github.com/laravel/laravel/blob/12.x/config/session.php"
_LARAVEL_CSRF = "https://github.com/laravel/docs/blob/13.x/csrf.md"
_MATOMO = "https://github.com/matomo-org/matomo/blob/5.x-dev/core/Session.php"
_NUXT = "https://github.com/nuxt-modules/i18n/blob/main/src/constants.ts"
_OAUTH2_PROXY = "https://github.com/oauth2-proxy/oauth2-proxy/blob/master/docs/docs/configuration/sessions.md"
_PHP = "https://github.com/php/doc-en/blob/master/reference/session/ini.xml"
_PHPBB = "https://github.com/phpbb/phpbb/blob/master/phpBB/phpbb/session.php"
_PLAY = "https://github.com/playframework/playframework/blob/main/core/play/src/main/resources/reference.conf"
_POWER_PAGES = "https://github.com/MicrosoftDocs/power-pages-docs/blob/main/power-pages-docs/admin/cookies.md"
_RAILS_API = "https://github.com/rails/rails/blob/main/guides/source/api_app.md"
_SHOPWARE = "https://github.com/shopware/shopware/blob/trunk/src/Storefront/Framework/Cookie/CookieProvider.php"
_SHOPWARE_CACHE = (
    "https://github.com/shopware/shopware/blob/trunk/src/Core/Framework/Adapter/Cache/Http/HttpCacheKeyGenerator.php"
)
_SIMPLESAML = "https://github.com/simplesamlphp/simplesamlphp/blob/master/config/config.php.dist"
_SPRING = "https://github.com/spring-projects/spring-session/blob/main/spring-session-docs/modules/ROOT/pages/api.adoc"
_SPRING_SECURITY = (
    "https://github.com/spring-projects/spring-security/blob/main/web/src/main/java/org/springframework/security/"
    "web/authentication/rememberme/AbstractRememberMeServices.java"
)
_SQUARESPACE = "https://support.squarespace.com/hc/en-us/articles/360001264507-The-cookies-Squarespace-uses"
_SUPABASE = "https://github.com/supabase/ssr/blob/main/src/clearAuthCookiesAtScopes.ts"
_SYMFONY = "https://github.com/symfony/symfony-docs/blob/7.1/security/remember_me.rst"
_TOMCAT = "https://github.com/apache/tomcat/blob/main/webapps/docs/config/context.xml"
_TOMCAT_SSO = "https://github.com/apache/tomcat/blob/main/webapps/docs/config/valve.xml"
_TYPO3 = (
    "https://github.com/TYPO3-CMS/core/blob/main/Documentation/Changelog/8.7.x/"
    "Feature-90351-ConfigureTYPO3-shippedCookiesWithSameSiteFlag.rst"
)
_WORDPRESS = (
    "https://github.com/WordPress/WordPress/blob/001ffe81fbec4438a9f594f330e18103d21fbcd7/wp-includes/"
    "default-constants.php"
)
_WORDPRESS_COMMENTS = (
    "https://github.com/WordPress/WordPress/blob/0008d8df0605c9eccf9c4b9015d3194cae4e36d2/wp-includes/comment.php"
)
_YII = "https://github.com/yiisoft/yii2/blob/master/framework/web/User.php"

COOKIES = (
    KnownCookie(("CognitoIdentityServiceProvider.*",), "Amazon Cognito", _USUAL, "1 year", _COGNITO),
    KnownCookie(("JSESSIONIDSSO",), "Apache Tomcat", _USUAL, "", _TOMCAT_SSO),
    KnownCookie(
        (".AspNet.ApplicationCookie", "AspNet.ExternalCookie", "OpenIdConnect.nonce.*", "__RequestVerificationToken"),
        "ASP.NET",
        _USUAL,
        "session",
        _POWER_PAGES,
    ),
    KnownCookie((".AspNet.Cookies",), "ASP.NET", _USUAL, "session", _KATANA),
    KnownCookie(("ASP.NET_SessionId",), "ASP.NET", _USUAL, "session", _ASPNET_SESSION),
    KnownCookie((".AspNetCore.Antiforgery.*",), "ASP.NET Core", _USUAL, "session", _ASPNET_CORE_ANTIFORGERY),
    KnownCookie((".AspNetCore.Cookies",), "ASP.NET Core", _USUAL, "", _ASPNET_CORE_COOKIES),
    KnownCookie((".AspNetCore.Correlation.*",), "ASP.NET Core", _USUAL, "", _ASPNET_CORE_REMOTE),
    KnownCookie((".AspNetCore.Culture",), "ASP.NET Core", _USUAL, "", _ASPNET_CORE_CULTURE),
    KnownCookie((".AspNetCore.OpenIdConnect.Nonce.*",), "ASP.NET Core", _USUAL, "", _ASPNET_CORE_OPENID),
    KnownCookie((".AspNetCore.Session",), "ASP.NET Core", _USUAL, "", _ASPNET_CORE_SESSION),
    KnownCookie(
        ("__Host-authjs.csrf-token", "__Secure-authjs.callback-url", "authjs.callback-url", "authjs.csrf-token"),
        "Auth.js",
        _USUAL,
        "",
        _AUTHJS,
    ),
    KnownCookie(("__Secure-authjs.session-token", "authjs.session-token"), "Auth.js", _USUAL, "30 days", _AUTHJS),
    KnownCookie(
        ("authjs.challenge", "authjs.nonce", "authjs.pkce.code_verifier", "authjs.state"),
        "Auth.js",
        _USUAL,
        "15 minutes",
        _AUTHJS,
    ),
    KnownCookie(("__txn_*", "appSession"), "Auth0", _USUAL, "", _AUTH0),
    KnownCookie(("__session",), "Auth0 or Clerk", _USUAL, "", _CLERK_NAMES),
    KnownCookie(("authelia_session",), "Authelia", _USUAL, "1 hour", _AUTHELIA),
    KnownCookie(("better-auth.session_token",), "Better Auth", _USUAL, "7 days", _BETTER_AUTH),
    KnownCookie(("CAKEPHP",), "CakePHP", _USUAL, "", _CAKEPHP_SESSION),
    KnownCookie(("csrfToken",), "CakePHP", _USUAL, "session", _CAKEPHP),
    KnownCookie(("ckan",), "CKAN", _USUAL, "", _CKAN),
    KnownCookie(("__clerk_db_jwt", "__clerk_handshake"), "Clerk", _USUAL, "", _CLERK_NAMES),
    KnownCookie(("__client_uat", "__client_uat_*"), "Clerk", _USUAL, "1 year", _CLERK),
    KnownCookie(("ci_session", "csrf_cookie_name"), "CodeIgniter", _USUAL, "2 hours", _CODEIGNITER),
    KnownCookie(("SSESS*",), "Drupal", _USUAL, "", _DRUPAL),
    KnownCookie(("connect.sid",), "Express", _USUAL, "", _EXPRESS),
    KnownCookie(("JSESSIONID",), "Java servers", _USUAL, "", _TOMCAT),
    KnownCookie(
        ("jupyterhub-hub-login", "jupyterhub-session-id", "jupyterhub-user-*"), "JupyterHub", _USUAL, "", _JUPYTERHUB
    ),
    KnownCookie(("AUTH_SESSION_ID", "KC_RESTART", "KEYCLOAK_LOCALE"), "Keycloak", _USUAL, "session", _KEYCLOAK),
    KnownCookie(("KC_AUTH_SESSION",), "Keycloak", _USUAL, "1 minute", _KEYCLOAK),
    KnownCookie(("KC_STATE_CHECKER", "KEYCLOAK_IDENTITY", "KEYCLOAK_SESSION"), "Keycloak", _USUAL, "", _KEYCLOAK),
    KnownCookie(("KEYCLOAK_REMEMBER_ME",), "Keycloak", _USUAL, "1 year", _KEYCLOAK),
    KnownCookie(("WELCOME_STATE_CHECKER",), "Keycloak", _USUAL, "5 minutes", _KEYCLOAK),
    KnownCookie(("laravel-session",), "Laravel", _USUAL, "2 hours", _LARAVEL_CONFIG),
    KnownCookie(("laravel_session",), "Laravel", _USUAL, "", _LARAVEL),
    KnownCookie(("XSRF-TOKEN",), "Laravel or Spring Security", _USUAL, "", _LARAVEL_CSRF),
    KnownCookie(("MATOMO_SESSID",), "Matomo", _USUAL, "", _MATOMO),
    KnownCookie(
        ("ContextLanguageCode", "adx-notification", "isDSTObserved", "isDSTSupport", "timeZoneCode"),
        "Microsoft Power Pages",
        _USUAL,
        "session",
        _POWER_PAGES,
    ),
    KnownCookie(("WebPageCaching",), "Microsoft Power Pages", _USUAL, "1 day", _POWER_PAGES),
    KnownCookie(("i18n_redirected",), "Nuxt I18n", _USUAL, "365 days", _NUXT),
    KnownCookie(("_oauth2_proxy",), "OAuth2 Proxy", _USUAL, "7 days", _OAUTH2_PROXY),
    KnownCookie(("ory_kratos_continuity",), "Ory Kratos", _USUAL, "", _KRATOS_CONTINUITY),
    KnownCookie(("ory_kratos_session",), "Ory Kratos", _USUAL, "24 hours", _KRATOS),
    KnownCookie(("PHPSESSID",), "PHP", _USUAL, "session", _PHP),
    KnownCookie(("phpbb_*",), "phpBB", _USUAL, "365 days", _PHPBB),
    KnownCookie(("PLAY_FLASH", "PLAY_LANG", "PLAY_SESSION"), "Play Framework", _USUAL, "", _PLAY),
    KnownCookie(("_session_id",), "Ruby on Rails", _USUAL, "", _RAILS_API),
    KnownCookie(("cookie-preference",), "Shopware", _USUAL, "", _SHOPWARE),
    KnownCookie(("session-",), "Shopware", _USUAL, "", _SHOPWARE),
    KnownCookie(("sw-cache-hash", "sw-states"), "Shopware", _USUAL, "", _SHOPWARE_CACHE),
    KnownCookie(
        ("SimpleSAML", "SimpleSAMLAuthToken", "SimpleSAMLSessionID"), "SimpleSAMLphp", _USUAL, "session", _SIMPLESAML
    ),
    KnownCookie(("remember-me",), "Spring Security", _USUAL, "2 weeks", _SPRING_SECURITY),
    KnownCookie(("SESSION",), "Spring Session", _USUAL, "session", _SPRING),
    KnownCookie(
        (
            "CHECKOUT_WEBSITE",
            "Crumb",
            "RecentRedirect",
            "SiteUserInfo",
            "SiteUserSecureAuthToken",
            "hasCart",
            "siteUserCrumb",
        ),
        "Squarespace",
        _USUAL,
        "",
        _SQUARESPACE,
    ),
    KnownCookie(("sb-*-auth-token",), "Supabase", _USUAL, "400 days", _SUPABASE),
    KnownCookie(("REMEMBERME",), "Symfony", _USUAL, "1 year", _SYMFONY),
    KnownCookie(
        ("Typo3InstallTool", "be_lastLoginProvider", "be_typo_user", "fe_typo_user"), "TYPO3", _USUAL, "", _TYPO3
    ),
    KnownCookie(
        ("comment_author_*", "comment_author_email_*", "comment_author_url_*"),
        "WordPress",
        Category.FIRST_PARTY,
        "347 days",
        _WORDPRESS_COMMENTS,
    ),
    KnownCookie(
        (
            "wordpress_*",
            "wordpress_logged_in_*",
            "wordpress_rec_*",
            "wordpress_sec_*",
            "wordpress_test_cookie",
            "wordpresspass_*",
            "wordpressuser_*",
        ),
        "WordPress",
        _USUAL,
        "",
        _WORDPRESS,
    ),
    KnownCookie(("_identity",), "Yii", _USUAL, "", _YII),
)
