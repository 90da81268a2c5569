/**
 * Doors of sshd as its settings are in effect, for everybody and below any `Match`.
 *
 * Why not the main file alone: a drop-in of the cloud image that says `yes` wins over a main file that says `no`, and
 * hosts were lost to that. What it is NOT: what a running sshd has loaded; a change counts from its next reload.
 * Sources: sshd_config(5); OpenSSH servconf.c fill_default_server_options for what holds where no line says so.
 */
import type { PlacedSetting, SshdSettings } from '../../artifacts/linux/accounts/sshd-files.ts';
import { type Checked, closedBy, openBy, openByDefault, type SettingsLine, unknown } from './door-view.ts';
import { sshMain } from './measures.ts';

const placed = ({ path, line, text }: PlacedSetting): SettingsLine => ({ source: path, line, text });

interface Switch {
  /** Several names of one setting: the first line of any of them wins. */
  readonly keywords: readonly string[];
  readonly open: RegExp;
  readonly byDefault: boolean;
}

/** The line that lets in, `default` where none says so and it does by itself, or undefined. */
function letsIn(
  sshd: SshdSettings,
  { keywords, open, byDefault }: Switch,
): PlacedSetting | 'default' | undefined {
  const named = sshd.all.filter(({ keyword }) => keywords.includes(keyword));
  const global = named.find(({ condition }) => condition === undefined);
  if (global === undefined ? byDefault : open.test(global.args[0] ?? '')) return global ?? 'default';
  return named.find(({ condition, args }) => condition !== undefined && open.test(args[0] ?? ''));
}

const yes = /^yes$/i;
const password: Switch = { keywords: ['passwordauthentication'], open: yes, byDefault: true };
const keyboard: Switch = {
  keywords: ['kbdinteractiveauthentication', 'challengeresponseauthentication'],
  open: yes,
  byDefault: true,
};
const pam: Switch = { keywords: ['usepam'], open: yes, byDefault: false };
const empty: Switch = { keywords: ['permitemptypasswords'], open: yes, byDefault: false };
const root: Switch = { keywords: ['permitrootlogin'], open: yes, byDefault: false };

/** Every list of methods wants a key, for everybody: a password alone opens nothing. */
function wantsKey(sshd: SshdSettings): PlacedSetting | undefined {
  const named = sshd.all.filter(({ keyword }) => keyword === 'authenticationmethods');
  const all = named.every(({ args }) => args.every((list) => /(?:^|,)publickey(?:,|$)/.test(list)));
  return all ? named.find(({ condition }) => condition === undefined) : undefined;
}

export function checkPasswords(sshd: SshdSettings): Checked {
  if (sshd.all.length === 0) return unknown;
  const key = wantsKey(sshd);
  if (key !== undefined) return closedBy(placed(key));
  const doors: readonly (readonly [PlacedSetting | 'default' | undefined, string])[] = [
    [letsIn(sshd, password), 'PasswordAuthentication yes'],
    // Without PAM nobody stands behind it who would ask for a password.
    [
      letsIn(sshd, pam) === undefined ? undefined : letsIn(sshd, keyboard),
      'KbdInteractiveAuthentication yes',
    ],
    [letsIn(sshd, empty), 'PermitEmptyPasswords no'],
  ];
  for (const [found, text] of doors) {
    if (found === 'default') return openByDefault(sshMain, `${text} (default)`);
    if (found !== undefined) return openBy(placed(found));
  }
  return closedBy(
    ...sshd.all
      .filter(({ keyword, condition }) => keyword === 'passwordauthentication' && condition === undefined)
      .slice(0, 1)
      .map(placed),
  );
}

export function checkRoot(sshd: SshdSettings): Checked {
  if (sshd.all.length === 0) return unknown;
  const found = letsIn(sshd, root);
  if (found !== undefined && found !== 'default') return openBy(placed(found));
  const line = sshd.all.find(
    ({ keyword, condition }) => keyword === 'permitrootlogin' && condition === undefined,
  );
  // prohibit-password is the default since OpenSSH 7.0 (2015).
  return closedBy(...(line === undefined ? [] : [placed(line)]));
}
