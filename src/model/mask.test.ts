import { describe, expect, test } from 'bun:test';
import { maskArguments, maskedBytes, maskPrintable, maskSecrets, namesSecret } from './mask.ts';
import { printableText } from './text.ts';

const secret = 'hunter2Correct';
/** Monero's published general fund address. */
const wallet =
  '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A';

test('where somebody stood is no password, whatever the shell calls it', () => {
  const line = 'sudo: bob : TTY=pts/0 ; PWD=/tmp/.x ; USER=root ; COMMAND=/usr/bin/id';
  expect(maskSecrets(line)).toBe(line);
  expect(maskSecrets('OLDPWD=/srv/a PWD=/srv')).toBe('OLDPWD=/srv/a PWD=/srv');
  expect(maskSecrets(`PWD=${secret} pwd=/${secret}`)).toBe('PWD=*** pwd=***');
});

describe('secrets that are gone', () => {
  const lines: readonly string[] = [
    `password=${secret}`,
    `PASSWORD = ${secret}`,
    `DB_PASSWORD=${secret} next=1`,
    `{"password": "${secret}"}`,
    `{\\"password\\": \\"${secret}\\"}`,
    `{'api_key':'${secret}'}`,
    `apiKey: ${secret}`,
    `X-Auth-Token: ${secret}`,
    `AWS_SECRET_ACCESS_KEY=${secret}`,
    `mysql --password=${secret} -h db`,
    `tool --password ${secret}`,
    `tool --api-token "${secret} with blanks"`,
    `xmrig -o pool.example.org:3333 -u me -p ${secret}`,
    `mysqldump -u root -p${secret} shop`,
    `sshpass -p ${secret} ssh host`,
    `curl -u admin:${secret} https://192.0.2.1/`,
    `curl -H "Authorization: Bearer ${secret}.abc" https://192.0.2.1/`,
    `Authorization: Basic ${secret}==`,
    `postgres://app:${secret}@192.0.2.7/shop`,
    `redis://:${secret}@192.0.2.7:6379`,
    `Cookie: sid=${secret}; theme=dark`,
    `export GITHUB_TOKEN=${secret}; env FOO=1`,
    `sh -c PGPASSWORD=${secret}`,
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}\n-----END OPENSSH PRIVATE KEY-----`,
    `-----BEGIN RSA PRIVATE KEY-----\n${secret} cut off`,
    `secret ${secret}0123456789`,
    `Server=db;Password=${secret};Database=x`,
    `pass: '${secret}'`,
    `MYSQL_PWD=${secret}`,
    `session_id=${secret}`,
    `{"password": "${secret} it's ${secret}"}`,
    `{"password": "quoted \\" ${secret}"}`,
    `https://user:p@${secret}@192.0.2.1/`,
    `password=Ã\xa0${secret}`,
    `plink -pw ${secret} host`,
    `redis-cli -a ${secret} ping`,
    `ldapsearch -x -w ${secret}`,
    `unzip -P${secret} a.zip`,
    `smbclient -U user%${secret} //192.0.2.1/c`,
    `openssl enc -aes256 -k ${secret}`,
    `密码=${secret}`,
    `数据库密码：${secret}`,
    `{"口令": "${secret}"}`,
    `助记词: '${secret}'`,
    `пароль=${secret}`,
    `contraseña=${secret}`,
    `PASSWORD：${secret}`,
    `authorization: bearer ${secret}`,
    `Authorization: Token ${secret}`,
    `Proxy-Authorization=Basic ${secret}`,
    `requirepass ${secret}`,
    `AUTH ${secret}7`,
    `redis-server --requirepass ${secret}`,
    `machine h login me password ${secret}`,
    `https://192.0.2.1/x?sv=1&sig=${secret}`,
    `https://hooks.slack.com/services/T00/B00/${secret}`,
    `echo 'root:${secret}' | chpasswd`,
    `chpasswd <<< root:${secret}`,
    `echo ${secret} | sudo -S id`,
    `curl -uadmin:${secret} https://192.0.2.1/`,
    `lftp -u me,${secret} host`,
    `sqlplus scott/${secret}@db`,
    `7z a -p${secret} x.7z`,
    `rar a -hp${secret} x.rar`,
    `xfreerdp /u:me /p:${secret}`,
    `ss-server -k ${secret} -p 8388`,
    `snmpwalk -v2c -c ${secret} 192.0.2.1`,
    `monero-wallet-cli --electrum-seed ${secret}`,
    `spendkey: ${secret}`,
    `monero-wallet-rpc --rpc-login me:${secret}`,
    `bitcoind -rpcpassword=${secret}`,
    `aws configure set aws_secret_access_key ${secret}7`,
    `ngrok config add-authtoken ${secret}7`,
    `/opt/agent -p${secret} run`,
    `systemctl start run-token\\x3d${secret}.service`,
    `/srv/token=${secret}/run.sh`,
    `GET /x?token%3D${secret}`,
  ];
  for (const line of lines) {
    test(JSON.stringify(line.slice(0, 60)), () => {
      const out = maskSecrets(line);
      expect(out).toContain('***');
      expect(out).not.toContain(secret);
      expect(out).not.toContain('with blanks');
    });
  }

  test('tokens known by their shape alone', () => {
    for (const token of [
      'AKIAIOSFODNN7EXAMPLE',
      `ghp_${'a1B2'.repeat(9)}`,
      `xoxb-${'1234567890-'.repeat(3)}`,
      `AIza${'a'.repeat(35)}`,
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    ]) {
      expect(maskSecrets(`see ${token} here`)).toBe('see *** here');
    }
  });

  test('tokens of newer kinds, bot tokens and keys of wallets', () => {
    const body = 'aB3dE6gH9jK2mN5pQ8sT1vW4';
    for (const token of [
      `hvs.${body}`,
      `dckr_pat_${body}`,
      `ya29.${body}`,
      `xapp-1-A0-${body}`,
      `tskey-auth-${body}`,
      `LTAI5t${body.slice(0, 14)}`,
      `AKID${body}${body.slice(0, 8)}`,
      `https://api.example.net/bot1234567890:AA${body}${body.slice(0, 9)}/send`,
      `xprv${body.repeat(5).slice(0, 107)}`,
    ]) {
      expect(maskSecrets(`a ${token} b`), token).not.toContain(body.slice(2, 14));
    }
  });

  test('the words of a wallet, with and without a name', () => {
    const seed = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
    for (const line of [seed, `mnemonic: ${seed}`, `--seed "${seed}" --daemon`, `{"s":"${seed}"}`]) {
      expect(maskSecrets(line)).not.toContain('winner');
      expect(maskSecrets(line)).not.toContain('yellow');
    }
  });

  test('several in one line', () => {
    expect(maskSecrets(`a_token=${secret}&user=me&password=${secret}&x=1`)).toBe(
      'a_token=***&user=me&password=***&x=1',
    );
  });
});

describe('evidence that stays', () => {
  const lines: readonly string[] = [
    `./xmrig -o stratum+tcp://pool.example.org:3333 -u ${wallet}.rig1 -p x -k --donate-level 1`,
    `{"user":"${wallet}","pass":"x","keepalive":true,"rig-id":"web01","tls":false}`,
    `-u XMR:${wallet}.worker#abcd -p x`,
    'stratum1+tcp://0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed.rig@etc.example.org:1010',
    '{"seed_hash":"0123456789abcdef0123456789abcdef","job_id":"7","target":"ffff0000"}',
    'mkdir -p /tmp/.X11-unix/.cache',
    'docker run -p 8080:80 nginx',
    'ssh -p 2222 root@192.0.2.9',
    'find / -print -path /x',
    'the author of keepalive wrote tokenizer tests',
    'kaspa:qqj9fg59mptxkr9j0y53j5mwurcmda5mtza9n6v9pm9uj8h0wgk6uma5pvumr',
    'http://192.0.2.1:8080/a:b@c',
    '-----BEGIN CERTIFICATE----- abc',
    '-p c=XMR,d=1000',
    'openssl s_client -key /etc/ssl/server.key',
    'ls -a /root; wget -P /tmp http://192.0.2.1/a',
    'Xorg -auth /run/x',
    'AUTH failed for root',
    'passwd webuser17',
    `xmrig -uXMR:${wallet}`,
    'sshd: authorization refused',
    'fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36',
    '密码学与网络安全',
    'tar -xpf a.tar',
    'cp -rp /a /b',
    'xmrig -o auth.pool.example.org:3333 -u x',
    'stratum+tcp://token.pool.example.org:443',
    'find / -pathname -print0 -prune; ffmpeg -pix_fmt yuv420p -profile:v high',
    'pk-some-long-name-of-a-helper started',
  ];
  for (const line of lines) {
    test(JSON.stringify(line.slice(0, 60)), () => expect(maskSecrets(line)).toBe(line));
  }

  test('names of secrets are told from names that only sound so', () => {
    for (const name of ['password', 'db_pass', 'apiKey', 'TOKEN', 'private_key', 'AWS_SECRET', 'password2']) {
      expect(namesSecret(name)).toBe(true);
    }
    for (const name of [
      'keepalive',
      'monkey',
      'seed_hash',
      'key_size',
      'author',
      'rig-id',
      'compass',
      'PATH',
    ]) {
      expect(namesSecret(name)).toBe(false);
    }
  });
});

describe('forms', () => {
  test('an argument with blanks is masked whole', () => {
    const argv = ['tool', '--password', 'two words', '-p', 'hunter2', '-u', 'me:hunter2', wallet].map(
      printableText,
    );
    expect(maskArguments(argv)).toEqual(
      ['tool', '--password', '***', '-p', '***', '-u', 'me:***', wallet].map(printableText),
    );
  });

  test('an argument that sets a secret is masked to its end', () => {
    const argv = [
      '--db-password=two words',
      "PGPASSWORD=it's,mine;all)of&it",
      '--password=schl\u00e0ssel',
      'X-Api-Key: a b',
      '-Dspring.password=a,b',
    ];
    const names = ['--db-password=', 'PGPASSWORD=', '--password=', 'X-Api-Key: ', '-Dspring.password='];
    expect(maskArguments(argv.map(printableText))).toEqual(names.map((name) => printableText(`${name}***`)));
  });

  test('of a line for a shell only the secret is masked', () => {
    const argv = ['sh', '-c', 'TOKEN=abc123; redis-cli -a hunter2; ls -a /tmp'].map(printableText);
    expect(maskArguments(argv)).toEqual(
      ['sh', '-c', 'TOKEN=***; redis-cli -a ***; ls -a /tmp'].map(printableText),
    );
  });

  test('a tool and its option are known as separate arguments too', () => {
    const argv = ['sudo', '/usr/bin/redis-cli', '-a', 'hunter2', 'smbclient', '-U', 'me%hunter2'].map(
      printableText,
    );
    expect(String(maskArguments(argv))).not.toContain('hunter2');
  });

  test('a pool password x, a path and a port stay', () => {
    const argv = ['mkdir', '-p', '/tmp/a', '-p', 'x', '-p', '22', `-uXMR:${wallet}`].map(printableText);
    expect(maskArguments(argv)).toEqual(argv);
  });

  test('bytes that are no text come out as they went in, escaped once', () => {
    const bytes = Uint8Array.from([0xff, 0x25, ...new TextEncoder().encode(' 密码 password=geheim1')]);
    expect(String(maskedBytes(bytes))).toBe('%FF%25 密码 password=***');
    expect(String(maskPrintable(maskedBytes(bytes)))).toBe('%FF%25 密码 password=***');
  });

  test('of a path only the folder that is a secret is masked', () => {
    expect(maskSecrets(`sh /srv/token=${secret}/sub/run.sh; ls`)).toBe('sh /srv/token=***/sub/run.sh; ls');
    expect(maskSecrets(`x password=${secret}/with/slashes y`)).toBe('x password=*** y');
  });

  test('masking twice changes nothing more', () => {
    const once = maskSecrets(`a password=${secret} Bearer ${secret}1 -p ${secret}`);
    expect(maskSecrets(once)).toBe(once);
  });

  test('hostile text of 200,000 characters ends', () => {
    for (const piece of [
      'a=',
      'password ',
      '-p ',
      '://a:',
      'eyJ',
      '-----BEGIN ',
      '"\\',
      'Bearer ',
      'key:"',
      'key="\\',
      'redis-cli -a ',
      '-pw=',
    ]) {
      expect(maskSecrets(piece.repeat(200_000 / piece.length)).length).toBeGreaterThan(0);
    }
  });
});

test('a name behind an escape of printable form is a name', () => {
  expect(maskSecrets('%0Apassword=hunter2')).toBe('%0Apassword=***');
  expect(maskSecrets('%E2%80%AEAPI_TOKEN=hunter2 %ADMIN_PASSWORD=hunter2')).not.toContain('hunter2');
});
