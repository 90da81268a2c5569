/**
 * What closes the doors of a Windows host: values of the registry as they are to stand, and commands of PowerShell, cmd and
 * T-SQL that set them, for an administrator of the host to run.
 *
 * Rules of the firewall are named by their group, since their names are translated. Values that only the owner can choose
 * stand in capitals. Sources, on learn.microsoft.com: Set-NetFirewallRule; "Network Level Authentication"; "Account lockout
 * policy"; "Detect, enable, and disable SMBv1"; KB4023262 (MS17-010); KB951016; KB5005010 (printer drivers); "xp_cmdshell
 * (server configuration option)"; Disable-PSRemoting; "Block macros from running in Office files from the internet"; "Attack
 * surface reduction rules reference"; "Microsoft Defender SmartScreen"; "OpenSSH Server configuration for Windows".
 */
import type { DoorKind } from '../../model/door.ts';
import { type Measure, measure } from './measure.ts';

export const windowsSshFile = 'C:\\ProgramData\\ssh\\sshd_config';

const lockout = measure({
  id: 'account-lockout',
  commands: ['net accounts /lockoutthreshold:10 /lockoutduration:15 /lockoutwindow:15'],
});
const passwords = measure({ id: 'windows-passwords', commands: ['net user ACCOUNT *'] });
const firewall = measure({
  id: 'windows-firewall',
  commands: ['netsh advfirewall set allprofiles state on'],
});
const sharing = measure({
  id: 'smb-not-reachable',
  commands: ["Set-NetFirewallRule -Group '@FirewallAPI.dll,-28502' -RemoteAddress YOUR_NETWORK"],
});
const smb1 = measure({
  id: 'smb1-off',
  settings: ['HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters: SMB1 = 0 (REG_DWORD)'],
  commands: ['Set-SmbServerConfiguration -EnableSMB1Protocol $false -Force'],
});
const administrators = measure({
  id: 'remote-administrators',
  settings: [
    'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System: LocalAccountTokenFilterPolicy = 0 (REG_DWORD)',
  ],
});
const desktop = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp';
const spoolerPolicy = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Printers';
const office = 'HKCU\\Software\\Policies\\Microsoft\\Office\\16.0';

export type WindowsDoorKind = Extract<
  DoorKind,
  | 'ssh-windows'
  | 'rdp'
  | 'smb'
  | 'smb-flaw'
  | 'print-spooler'
  | 'sqlserver'
  | 'winrm'
  | 'windows-peer'
  | 'documents'
  | 'downloads'
>;

export const windowsMeasures: Readonly<Record<WindowsDoorKind, readonly Measure[]>> = {
  'ssh-windows': [
    measure({
      id: 'ssh-windows-no-passwords',
      files: [windowsSshFile],
      settings: ['PasswordAuthentication no', 'PermitEmptyPasswords no'],
      commands: ['sshd -t', 'Restart-Service sshd'],
    }),
    measure({ id: 'ssh-windows-keys', files: ['C:\\ProgramData\\ssh\\administrators_authorized_keys'] }),
    passwords,
  ],
  rdp: [
    measure({
      id: 'rdp-not-public',
      commands: ["Set-NetFirewallRule -Group '@FirewallAPI.dll,-28752' -RemoteAddress YOUR_NETWORK"],
    }),
    measure({
      id: 'rdp-nla',
      settings: [`${desktop}: UserAuthentication = 1 (REG_DWORD)`],
      commands: [`reg add "${desktop}" /v UserAuthentication /t REG_DWORD /d 1 /f`],
    }),
    lockout,
    passwords,
    firewall,
  ],
  smb: [sharing, lockout, passwords, administrators, smb1, firewall],
  'smb-flaw': [measure({ id: 'smb-patch', subject: 'MS17-010 (CVE-2017-0144)' }), smb1, sharing, firewall],
  'print-spooler': [
    measure({
      id: 'spooler-off',
      settings: ['HKLM\\SYSTEM\\CurrentControlSet\\Services\\Spooler: Start = 4 (REG_DWORD)'],
      commands: ['Stop-Service Spooler -Force', 'Set-Service Spooler -StartupType Disabled'],
    }),
    measure({
      id: 'spooler-drivers',
      settings: [
        `${spoolerPolicy}: RegisterSpoolerRemoteRpcEndPoint = 2 (REG_DWORD)`,
        `${spoolerPolicy}\\PointAndPrint: RestrictDriverInstallationToAdministrators = 1 (REG_DWORD)`,
      ],
      commands: ['Restart-Service Spooler'],
    }),
    sharing,
  ],
  sqlserver: [
    measure({
      id: 'sql-windows-logins',
      settings: [
        'HKLM\\SOFTWARE\\Microsoft\\Microsoft SQL Server\\INSTANCE\\MSSQLServer: LoginMode = 1 (REG_DWORD)',
      ],
      commands: ['Restart-Service MSSQLSERVER'],
    }),
    measure({
      id: 'sql-no-shell',
      settings: [
        "EXEC sp_configure 'show advanced options', 1; RECONFIGURE;",
        "EXEC sp_configure 'xp_cmdshell', 0; RECONFIGURE;",
        "EXEC sp_configure 'Ole Automation Procedures', 0; RECONFIGURE;",
        "EXEC sp_configure 'clr enabled', 0; RECONFIGURE;",
      ],
    }),
    measure({
      id: 'sql-accounts',
      settings: ['ALTER LOGIN sa DISABLE;', 'ALTER SERVER ROLE sysadmin DROP MEMBER APPLICATION;'],
    }),
    measure({ id: 'not-reachable' }),
  ],
  winrm: [
    measure({
      id: 'winrm-off',
      settings: ['HKLM\\SYSTEM\\CurrentControlSet\\Services\\WinRM: Start = 4 (REG_DWORD)'],
      commands: [
        'Disable-PSRemoting -Force',
        'Stop-Service WinRM',
        'Set-Service WinRM -StartupType Disabled',
      ],
    }),
    administrators,
    passwords,
    firewall,
  ],
  'windows-peer': [measure({ id: 'other-host-keys' }), administrators, passwords, sharing, firewall],
  documents: [
    measure({
      id: 'macros-blocked',
      settings: ['word', 'excel', 'powerpoint'].flatMap((program) => [
        `${office}\\${program}\\security: blockcontentexecutionfrominternet = 1 (REG_DWORD)`,
      ]),
    }),
    measure({
      id: 'office-no-children',
      commands: [
        'Add-MpPreference -AttackSurfaceReductionRules_Ids d4f940ab-401b-4efc-aadc-ad5f3c50688a -AttackSurfaceReductionRules_Actions Enabled',
      ],
    }),
    passwords,
  ],
  downloads: [
    measure({
      id: 'downloads-blocked',
      settings: [
        'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\System: EnableSmartScreen = 1 (REG_DWORD)',
        'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\System: ShellSmartScreenLevel = Block (REG_SZ)',
      ],
      commands: ['net localgroup Administrators ACCOUNT /delete'],
    }),
    passwords,
  ],
};
