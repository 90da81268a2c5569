/** Doors of Windows hosts: which there are, what closes each, and what the registry of the host says of it. */
import { describe, expect, test } from 'bun:test';
import { peImage } from '../../src/formats/pe/pe.fixture.ts';
import { type Door, doorSchema, type MeasureId } from '../../src/model/door.ts';
import { type Vector, vectors } from '../../src/model/incident.ts';
import { SourceLog } from '../../src/model/source-log.ts';
import { cleanResult } from '../../src/report/result.fixture.ts';
import { checkDoors } from '../../src/respond/door/check-doors.ts';
import { DoorView } from '../../src/respond/door/door-view.ts';
import { doorsOf } from '../../src/respond/door/doors-of.ts';
import { folderTarget } from '../../src/target/folder.ts';
import { type HostSpec, type Keys, plantWindows } from './windows-host.fixture.ts';

const way = (vector: Vector, service: string) =>
  ({ vector, service, grade: 'probable', chain: [] }) as unknown as NonNullable<
    Parameters<typeof doorsOf>[0]['entry']
  >[number];

async function doors(
  spec: HostSpec,
  ...ways: readonly (readonly [Vector, string])[]
): Promise<readonly Door[]> {
  const planted = plantWindows(spec);
  const target = folderTarget(planted.path);
  try {
    const view = new DoorView(
      { target, log: new SourceLog() },
      {
        ...cleanResult,
        exposure: [],
        persistence: [],
        host: { ...cleanResult.host, os: 'Windows Server 2019 Standard 1809', scope: 'files' },
      },
    );
    const entry = ways.map(([vector, service]) => way(vector, service));
    const found = await checkDoors(view, doorsOf({ entry, exposure: [] }, target.windows !== undefined));
    return found.map((door) => doorSchema.parse(door));
  } finally {
    await target.close();
    planted.remove();
  }
}

const state = ([door]: readonly Door[], id: MeasureId) => {
  const found = door?.measures.find((one) => one.id === id);
  return found === undefined
    ? 'none'
    : `${found.state} ${found.evidence.map(({ text }) => text).join(' ')}`.trim();
};

const control = 'ControlSet001';
const desktop = `${control}\\Control\\Terminal Server`;
const policies = 'Microsoft\\Windows\\CurrentVersion\\Policies\\System';
const profiles = `${control}\\Services\\SharedAccess\\Parameters\\FirewallPolicy`;

describe('which door a way in is', () => {
  test.each<[Vector, string, string]>([
    ['rdp-brute-force', 'rdp', 'rdp'],
    ['windows-logon', 'rdp', 'rdp'],
    ['windows-logon', 'smb', 'smb'],
    ['windows-logon', 'mssql', 'sqlserver'],
    ['smb-brute-force', 'smb', 'smb'],
    ['mssql-brute-force', 'mssql', 'sqlserver'],
    ['database-exec', 'sqlserver', 'sqlserver'],
    ['smb-exploit', 'smb', 'smb-flaw'],
    ['smb-exploit', 'print-spooler', 'print-spooler'],
    ['lateral', 'wmi', 'windows-peer'],
    ['lateral', 'winrm', 'winrm'],
    ['ssh-brute-force', 'sshd', 'ssh-windows'],
    ['phishing', 'office', 'documents'],
    ['user-download', 'browser', 'downloads'],
    ['web-exploit', 'exchange', 'web-application'],
    ['web-shell', 'iis', 'web-shell'],
  ])('%s by %s is %s', async (vector, service, kind) => {
    const [door] = await doors({}, [vector, service]);
    expect(door?.kind).toBe(kind as Door['kind']);
    expect(door?.measures.length).toBeGreaterThan(0);
    // Nothing of Linux is named.
    for (const { file = '', commands } of door?.measures ?? []) {
      expect(file.startsWith('/')).toBe(false);
      expect(commands.join(' ')).not.toContain('systemctl');
    }
  });

  test('every vector of any host is a door', () => {
    for (const vector of vectors)
      for (const isWindows of [true, false])
        expect(doorsOf({ entry: [way(vector, 'x')], exposure: [] }, isWindows)).toHaveLength(1);
  });
});

describe('what the registry says', () => {
  test.each<[string, Vector, string, MeasureId, HostSpec, RegExp]>([
    [
      'a desktop before anybody is asked',
      'rdp-brute-force',
      'rdp',
      'rdp-nla',
      { system: { [`${desktop}\\WinStations\\RDP-Tcp`]: { UserAuthentication: 0 } } },
      /^open HKLM\\SYSTEM\\ControlSet001.*UserAuthentication = 0$/,
    ],
    [
      'a policy that goes before it',
      'rdp-brute-force',
      'rdp',
      'rdp-nla',
      {
        system: { [`${desktop}\\WinStations\\RDP-Tcp`]: { UserAuthentication: 0 } },
        software: { 'Policies\\Microsoft\\Windows NT\\Terminal Services': { UserAuthentication: 1 } },
      },
      /^closed HKLM\\SOFTWARE\\Policies/,
    ],
    [
      'Remote Desktop that is off',
      'rdp-brute-force',
      'rdp',
      'rdp-not-public',
      { system: { [desktop]: { fDenyTSConnections: 1 } } },
      /^closed .*fDenyTSConnections = 1$/,
    ],
    [
      'on, and a firewall may stand before it',
      'rdp-brute-force',
      'rdp',
      'rdp-not-public',
      { system: { [desktop]: { fDenyTSConnections: 0 } } },
      /^unknown$/,
    ],
    ['a lockout that no value tells', 'rdp-brute-force', 'rdp', 'account-lockout', {}, /^unknown$/],
    [
      'a firewall that one profile has off',
      'smb-brute-force',
      'smb',
      'windows-firewall',
      {
        system: {
          [`${profiles}\\PublicProfile`]: { EnableFirewall: 1 },
          [`${profiles}\\StandardProfile`]: { EnableFirewall: 0 },
        },
      },
      /^open .*StandardProfile: EnableFirewall = 0$/,
    ],
    [
      'administrators with all rights over the network',
      'lateral',
      'smb',
      'remote-administrators',
      { software: { [policies]: { LocalAccountTokenFilterPolicy: 1 } } },
      /^open /,
    ],
    [
      'without them, by default',
      'lateral',
      'smb',
      'remote-administrators',
      { software: { [policies]: { EnableLUA: 1 } } },
      /^closed .*not set$/,
    ],
    ['SMB 1 that was never installed', 'smb-exploit', 'smb', 'smb1-off', {}, /^closed .*no service srv$/],
    [
      'SMB 1 that is on',
      'smb-exploit',
      'smb',
      'smb1-off',
      { system: { [`${control}\\Services\\LanmanServer\\Parameters`]: { SMB1: 1 } } },
      /^open .*SMB1 = 1$/,
    ],
    [
      'a driver without the patch',
      'smb-exploit',
      'smb',
      'smb-patch',
      {
        files: {
          'Windows/System32/drivers/srv.sys': Uint8Array.from(
            peImage({ version: { FileVersion: '6.1.7601.17514 (win7sp1_rtm.101119-1850)' } }),
          ),
        },
      },
      /^open C:\\Windows\\System32\\drivers\\srv\.sys: 6\.1\.7601\.17514$/,
    ],
    ['a build that has the patch', 'smb-exploit', 'smb', 'smb-patch', {}, /^closed .*UBR/],
    ['a spooler that runs', 'smb-exploit', 'print-spooler', 'spooler-off', {}, /^open .*Start = 2$/],
    [
      'passwords of SQL Server',
      'mssql-brute-force',
      'mssql',
      'sql-windows-logins',
      { software: { 'Microsoft\\Microsoft SQL Server\\MSSQL15.MSSQLSERVER\\MSSQLServer': { LoginMode: 2 } } },
      /^open .*LoginMode = 2$/,
    ],
    [
      'OpenSSH by its default',
      'ssh-brute-force',
      'sshd',
      'ssh-windows-no-passwords',
      { files: { 'ProgramData/ssh/sshd_config': '#PasswordAuthentication no\nPort 22\n' } },
      /^open PasswordAuthentication yes \(default\)$/,
    ],
    [
      'OpenSSH without passwords',
      'ssh-brute-force',
      'sshd',
      'ssh-windows-no-passwords',
      {
        files: {
          'ProgramData/ssh/sshd_config':
            'PasswordAuthentication no\nMatch Group administrators\n  AuthorizedKeysFile x\n',
        },
      },
      /^closed PasswordAuthentication no$/,
    ],
    [
      'OpenSSH with passwords for some',
      'ssh-brute-force',
      'sshd',
      'ssh-windows-no-passwords',
      {
        files: {
          'ProgramData/ssh/sshd_config':
            'PasswordAuthentication no\nMatch User ops\n  PasswordAuthentication yes\n',
        },
      },
      /^open PasswordAuthentication yes$/,
    ],
    ['OpenSSH whose settings are not here', 'ssh-key', 'sshd', 'ssh-windows-no-passwords', {}, /^unknown$/],
    ['keys that nobody compares', 'ssh-key', 'sshd', 'ssh-windows-keys', {}, /^unknown$/],
  ])('%s', async (_, vector, service, id, spec, expected) => {
    expect(state(await doors(spec, [vector, service]), id)).toMatch(expected);
  });

  test('hives that are not there say nothing, and hostile values no more', async () => {
    const gone = await doors(
      { without: ['SYSTEM', 'SOFTWARE'] },
      ['rdp-brute-force', 'rdp'],
      ['smb-exploit', 'smb'],
    );
    for (const { state: is } of gone) expect(is).toBe('unknown');
    const odd: Keys = {
      [`${desktop}\\WinStations\\RDP-Tcp`]: { UserAuthentication: '\x1b[2J' },
      [`${control}\\Services\\LanmanServer\\Parameters`]: { SMB1: Uint8Array.from([]) },
    };
    const found = await doors({ system: odd }, ['rdp-brute-force', 'rdp']);
    expect(state(found, 'rdp-nla')).toBe('unknown');
    expect(JSON.stringify(found)).not.toContain('\\u001b');
  });
});
