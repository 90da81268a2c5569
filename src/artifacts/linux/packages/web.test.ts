import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { phpPrepend, phpUserIni } from './php.ts';
import { phpSettingOf } from './php-settings.ts';
import { apacheDirectives, lighttpdDirectives, nginxDirectives } from './web-directives.ts';
import { webServerModule } from './web-server-module.ts';

const told = ({ source, command, language, target, marks, body }: PersistenceFact): readonly unknown[] => [
  `${source.source.split('/').at(-1)}:${source.line ?? ''}`,
  String(command),
  language,
  ...(target === undefined ? [] : [String(target)]),
  ...(body.length === 0 ? [] : [body.length]),
  ...marks,
];
const noise = `\xff\0[${'"=x{'.repeat(50_000)}\n`;

describe('settings of PHP', () => {
  test('have a key and a value, in quotes, with a comment, and in pools', () => {
    expect(phpSettingOf('auto_prepend_file = "/a;b.php" ; c')).toEqual({
      key: 'auto_prepend_file',
      value: '"/a;b.php"',
    });
    expect(phpSettingOf('AUTO_PREPEND_FILE=/a.php;c')).toEqual({ key: 'auto_prepend_file', value: '/a.php' });
    expect(phpSettingOf('php_admin_value[auto_append_file] = /b')).toEqual({
      key: 'auto_append_file',
      value: '/b',
    });
    expect(phpSettingOf('env[LD_PRELOAD] = /c.so')).toEqual({ key: 'env[LD_PRELOAD]', value: '/c.so' });
    expect(phpSettingOf('[PHP]')).toBeUndefined();
    expect(phpSettingOf(`a = b${' '.repeat(1 << 20)}c`)?.value).toHaveLength((1 << 20) + 2);
  });
});

describe('linux.php-prepend', () => {
  test('tells what is put before pages with its body, and libraries where they lie', async () => {
    const { entries } = await gatherFrom(phpPrepend, {
      '/etc/php/8.2/fpm/php.ini':
        'auto_prepend_file = /opt/a.php\n; auto_append_file = /no\nauto_append_file = none\nextension=curl\nextension=gone\nallow_url_include = On\nsendmail_path = "/opt/m -t"\n',
      '/opt/a.php': '<?php\necho 1;\n',
      '/usr/lib/php/20220829/curl.so': '',
      '/etc/php/8.2/fpm/pool.d/www.conf':
        '[www]\nphp_value[auto_prepend_file] = php://input\nenv[LD_PRELOAD] = /opt/x.so\n',
      '/www/server/php/74/etc/php.ini': `auto_prepend_file = "data:text/plain;base64,${Buffer.from('<?php x();').toString('base64')}"\nzend_extension=/www/server/php/74/lib/o.so\n`,
      '/usr/local/etc/php/conf.d/n.ini': noise,
    });
    expect(entries.map(told)).toEqual([
      ['php.ini:1', 'auto_prepend_file=/opt/a.php', 'php', '/opt/a.php'],
      ['php.ini:4', 'extension=curl', 'setting', '/usr/lib/php/20220829/curl.so'],
      ['php.ini:6', 'allow_url_include=On', 'setting', 'weakens-guard'],
      ['php.ini:7', '/opt/m -t', 'shell'],
      ['www.conf:2', 'auto_prepend_file=php://input', 'setting', 'opens-access'],
      ['www.conf:3', 'env[LD_PRELOAD]=/opt/x.so', 'setting', '/opt/x.so'],
      ['php.ini:1', '<?php x();', 'php', 'concealed-in-file'],
      ['php.ini:2', 'zend_extension=/www/server/php/74/lib/o.so', 'setting', '/www/server/php/74/lib/o.so'],
      ['a.php:', '', 'php', '/opt/a.php', 2],
    ]);
  });
});

describe('linux.php-user-ini', () => {
  test('tells what is put before pages of a site and what is run as PHP, and open_basedir not', async () => {
    const { entries } = await gatherFrom(phpUserIni, {
      '/www/wwwroot/a/.user.ini': 'open_basedir=/www/wwwroot/a/:/tmp/',
      '/var/www/b/.user.ini': "auto_prepend_file = 'http://198.51.100.7/x'\n",
      '/var/www/b/.htaccess':
        'RewriteEngine On\nphp_value auto_append_file "/tmp/.x"\nAddHandler application/x-httpd-php .php .jpg\nAddHandler application/x-httpd-php .php\n',
    });
    expect(entries.map(told)).toEqual([
      ['.user.ini:1', 'auto_prepend_file=http://198.51.100.7/x', 'setting', 'foreign-host'],
      ['.htaccess:2', 'auto_append_file=/tmp/.x', 'php', '/tmp/.x'],
      ['.htaccess:3', 'AddHandler application/x-httpd-php .php .jpg', 'setting', 'opens-access'],
    ]);
  });
});

describe('directives', () => {
  const short = (all: ReturnType<typeof apacheDirectives>) =>
    all.map(({ line, name, value, language, path, block }) => [
      line,
      name,
      value,
      language,
      ...(path === undefined ? [] : [path]),
      ...(block ?? []).map((own) => `${own.line} ${own.text.trim()}`),
    ]);

  test('of Apache that load or run', () => {
    const text = [
      '# LoadModule a /no',
      'LoadModule a_module modules/mod_a.so',
      'CustomLog /var/log/a combined',
      'CustomLog "|/usr/bin/b -c \\"d\\"" combined',
      'ErrorLog "|$/bin/e \\',
      '  f"',
      'RewriteMap m "prg:/opt/g h"',
      'SetEnv LD_PRELOAD /opt/i.so',
      'SetEnv APP prod',
      'ExtFilterDefine x mode=output cmd="/bin/sed s/a/b/"',
      '<Perl>',
      'system("j");',
      '</Perl>',
      'WSGIScriptAlias / /srv/k.py',
    ].join('\n');
    expect(short(apacheDirectives(Buffer.from(text)))).toEqual([
      [2, 'LoadModule', 'a_module modules/mod_a.so', 'setting', 'modules/mod_a.so'],
      [4, 'CustomLog', '/usr/bin/b -c "d"', 'shell'],
      [5, 'ErrorLog', '/bin/e  f', 'shell'],
      [7, 'RewriteMap', '/opt/g h', 'argv'],
      [8, 'SetEnv', 'LD_PRELOAD /opt/i.so', 'setting', '/opt/i.so'],
      [10, 'ExtFilterDefine', '/bin/sed s/a/b/', 'argv'],
      [11, '<Perl>', '', 'perl', '12 system("j");'],
      [14, 'WSGIScriptAlias', '/ /srv/k.py', 'python', '/srv/k.py'],
    ]);
  });

  test('of nginx, with blocks of Lua on one line and on many', () => {
    const text = [
      'load_module modules/a.so;',
      '# load_module /no;',
      'http {',
      '  init_by_lua_block { os.execute("b") }',
      '  location / { content_by_lua_block {',
      '    if x then { y } end',
      '    os.execute("c")',
      '  } }',
      '  access_by_lua_file /srv/d.lua;',
      '  rewrite_by_lua \'os.execute("e")\';',
      '  js_import main from njs/f.js;',
      '  fastcgi_param PHP_VALUE "auto_prepend_file=/g.php\\nmemory_limit=1G";',
      '}',
    ].join('\n');
    expect(short(nginxDirectives(Buffer.from(text)))).toEqual([
      [1, 'load_module', 'modules/a.so', 'setting', 'modules/a.so'],
      [4, 'init_by_lua_block', '', 'lua', '4 os.execute("b")'],
      [5, 'content_by_lua_block', '', 'lua', '6 if x then { y } end', '7 os.execute("c")'],
      [9, 'access_by_lua_file', '/srv/d.lua', 'lua', '/srv/d.lua'],
      [10, 'rewrite_by_lua', 'os.execute("e")', 'lua'],
      [11, 'js_import', 'main from njs/f.js', 'javascript', 'njs/f.js'],
      [12, 'fastcgi_param', 'auto_prepend_file=/g.php', 'setting'],
      [12, 'fastcgi_param', 'memory_limit=1G', 'setting'],
    ]);
  });

  test('of lighttpd', () => {
    const text = 'include_shell "/opt/a \\"b\\""\naccesslog.filename = "|/opt/c"\nserver.port = 80\n';
    expect(short(lighttpdDirectives(Buffer.from(text)))).toEqual([
      [1, 'include_shell', '/opt/a "b"', 'shell'],
      [2, 'accesslog.filename', '/opt/c', 'shell'],
    ]);
  });

  test('of noise, and blocks that never end, are bounded', () => {
    expect(apacheDirectives(Buffer.from(noise))).toEqual([]);
    expect(lighttpdDirectives(Buffer.from(noise))).toEqual([]);
    const open = nginxDirectives(Buffer.from(`a_by_lua_block {\n${'x\n'.repeat(60_000)}`));
    expect(open[0]?.block).toHaveLength(2_000);
    expect(apacheDirectives(Buffer.from(`<Perl>\n${'x\n'.repeat(60_000)}`))).toEqual([]);
    expect(nginxDirectives(Buffer.from('a_by_lua_block\n'.repeat(20_000))).length).toBeLessThanOrEqual(
      20_000,
    );
  });
});

describe('linux.web-server-module', () => {
  test('resolves modules through the folder of the server, and hands settings of PHP on', async () => {
    const { entries } = await gatherFrom(webServerModule, {
      '/etc/httpd/conf.modules.d/a.conf':
        'LoadModule a_module modules/mod_a.so\nLoadModule b_module modules/gone.so\n',
      '/etc/httpd/modules': { link: '../../usr/lib64/httpd/modules' },
      '/etc/httpd/modules/mod_a.so': '',
      '/etc/apache2/sites-enabled/s.conf':
        'php_admin_value auto_prepend_file /opt/p.php\nphp_value memory_limit 1G\n',
      '/opt/p.php': '<?php\n',
      '/etc/apache2/envvars': 'export A=1\n',
      '/etc/nginx/sites-enabled/default': 'set_by_lua_block $x { return 1 }\n',
    });
    expect(entries.map(({ mechanism }) => mechanism)).toEqual([
      'php-prepend',
      'php-prepend',
      'web-server-module',
      'web-server-module',
      'web-server-module',
      'web-server-module',
    ]);
    expect(entries.map(told)).toEqual([
      ['s.conf:1', 'auto_prepend_file=/opt/p.php', 'php', '/opt/p.php'],
      ['p.php:', '', 'php', '/opt/p.php', 1],
      ['a.conf:1', 'a_module modules/mod_a.so', 'setting', '/usr/lib64/httpd/modules/mod_a.so'],
      ['a.conf:2', 'b_module modules/gone.so', 'setting'],
      ['default:1', '', 'lua', 1],
      ['envvars:', '', 'shell', '/etc/apache2/envvars', 1],
    ]);
  });

  test('of files that cannot be read says so', async () => {
    const { entries, log } = await gatherFrom(webServerModule, {
      '/etc/nginx/conf.d/a.conf': { status: 'denied' },
      '/etc/nginx/nginx.conf': noise,
    });
    expect(entries).toEqual([]);
    expect(log.listed).toMatchObject([{ source: '/etc/nginx/conf.d/a.conf', status: 'denied' }]);
  });
});
