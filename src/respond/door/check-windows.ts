/**
 * Doors of a Windows host, by the values of its registry and the settings of OpenSSH.
 *
 * What no value tells (rules of the firewall, policies of the domain, passwords) is unknown. What it is NOT: what runs; a
 * service reads some of it when it starts. Sources: `artifacts/windows/door-settings.ts`; sshd_config(5).
 */
import { type DoorSetting, type DoorSettingId, doorSettings } from '../../artifacts/windows/door-settings.ts';
import type { MeasureId } from '../../model/door.ts';
import { type Checked, closedBy, type DoorView, openBy, openByDefault, unknown } from './door-view.ts';
import { windowsSshFile } from './windows-measures.ts';

const bySetting: Readonly<Partial<Record<MeasureId, DoorSettingId>>> = {
  'rdp-nla': 'rdp-nla',
  'windows-firewall': 'firewall',
  'smb1-off': 'smb1',
  'smb-patch': 'smb-patched',
  'remote-administrators': 'remote-administrators',
  'spooler-off': 'print-spooler',
  'sql-windows-logins': 'sql-logins',
  'winrm-off': 'winrm',
};

const checkedBy = ({ state, source, text }: DoorSetting): Checked => ({
  state,
  evidence: [{ source: source.source, text: text.slice(0, 240) }],
});

/** The first value of a keyword wins; above any Match. */
function checkSsh(view: DoorView): Checked {
  const lines = view.lines(windowsSshFile);
  if (lines === undefined) return unknown;
  const match = lines.findIndex(({ text }) => /^\s*match\s/i.test(text));
  const own = match < 0 ? lines : lines.slice(0, match);
  const named = own.find(({ text }) => /^\s*passwordauthentication[\s=]/i.test(text));
  // Below a Match it may be allowed again for some: whom that is, people read.
  const again = lines.find(
    ({ text }, index) => index > match && match >= 0 && /^\s*passwordauthentication[\s=]+"?yes/i.test(text),
  );
  if (named === undefined) return openByDefault(windowsSshFile, 'PasswordAuthentication yes (default)');
  if (/[\s=]"?yes/i.test(named.text)) return openBy(named);
  return again === undefined ? closedBy(named) : openBy(again);
}

/** Undefined where the target is no Windows host, or the measure is none of its. */
export function windowsCheck(view: DoorView): ((id: MeasureId) => Checked | undefined) | undefined {
  if (view.context.target.windows === undefined) return undefined;
  const settings = new Map(doorSettings(view.context).map((setting) => [setting.id, setting]));
  return (id) => {
    if (id === 'ssh-windows-no-passwords') return checkSsh(view);
    // Switched off it is reached by nobody; switched on, a firewall may stand before it.
    const rdp = settings.get('rdp');
    if (id === 'rdp-not-public') return rdp?.state === 'closed' ? checkedBy(rdp) : unknown;
    const setting = settings.get(bySetting[id] ?? 'rdp');
    if (bySetting[id] === undefined) return undefined;
    return setting === undefined ? unknown : checkedBy(setting);
  };
}
