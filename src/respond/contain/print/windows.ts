/**
 * Windows Defender Firewall: PowerShell (Windows 8, Server 2012 and later) and netsh (all since Vista).
 *
 * Source: New-NetFirewallRule and Remove-NetFirewallRule of the module NetSecurity; `netsh advfirewall firewall add rule
 * ?` (remoteip takes a list; a command line has 8191 characters). A rule that blocks wins over one that allows.
 */
import { namesElsewhere } from './cannot-say.ts';
import type { Printed } from './printed.ts';

const group = 'Demine containment';
/** Of 39 characters each at most. */
const atOnce = 100;

function inParts(addresses: readonly string[]): readonly (readonly string[])[] {
  const parts: (readonly string[])[] = [];
  for (let at = 0; at < addresses.length; at += atOnce) parts.push(addresses.slice(at, at + atOnce));
  return parts;
}

const hostsFile = '%SystemRoot%\\System32\\drivers\\etc\\hosts';

export function powershellText({ ip, ip6, names }: Printed): readonly string[] {
  return [
    '# PowerShell, as administrator.',
    ...inParts([...ip, ...ip6]).flatMap((part) => {
      const list = part.map((address) => `'${address}'`).join(',');
      return ['Inbound', 'Outbound'].map(
        (direction) =>
          `New-NetFirewallRule -DisplayName '${group}' -Group '${group}' -Direction ${direction} -Action Block -Profile Any -RemoteAddress ${list}`,
      );
    }),
    ...namesElsewhere('#', names),
    `# (The hosts file is ${hostsFile}.)`,
    `# Lift with: Remove-NetFirewallRule -Group '${group}'`,
  ];
}

export function netshText({ ip, ip6, names }: Printed): readonly string[] {
  return [
    'rem Command prompt, as administrator.',
    ...inParts([...ip, ...ip6]).flatMap((part) =>
      ['in', 'out'].map(
        (direction) =>
          `netsh advfirewall firewall add rule name="${group}" dir=${direction} action=block profile=any remoteip=${part.join(',')}`,
      ),
    ),
    ...namesElsewhere('rem', names),
    `rem (The hosts file is ${hostsFile}.)`,
    `rem Lift with: netsh advfirewall firewall delete rule name="${group}"`,
  ];
}
