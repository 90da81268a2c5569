/**
 * What a reason weighs, and how reasons make a judgement.
 *
 * | weight | reasons |
 * |---|---|
 * | strong | fetched and run, decoded and run, a shell handed out, a web shell, a miner's command, a miner's content, a family's mark, a running miner, a replaced program, a shell name with a blank, hidden from a listing |
 * | medium | ran after a fetch over TLS, a disguised name, rivals killed, protection stopped, hides, account opened, hidden, temporary or writable place, unowned where neighbours are owned, edited package file, immutable, the same bytes or address elsewhere, named by the alert, and the marks below |
 * | weak | writes another entry, traces cleared, packed or without sections, a user's program run as root, a tunnel opened, not there, newer than its neighbours, and the marks below |
 *
 * One strong reason is malicious; two medium ones of different nature are; one medium is suspicious; weak ones are
 * unusual. An entry that would not run as things stand is suspicious at most, and weak reasons say nothing of it.
 * Thresholds are ours.
 */
import type { EntryJudgement, ReasonId } from '../../messages/persistence.ts';

export type Weight = 'strong' | 'medium' | 'weak' | 'none';

/** What a reason looks at: two of one nature are one witness. */
export type Nature = 'command' | 'place' | 'owner' | 'flag' | 'name' | 'access' | 'relation' | 'form';

export const weights: Readonly<Record<ReasonId, readonly [Weight, Nature]>> = {
  'fetch-and-run': ['strong', 'command'],
  'fetch-then-run': ['medium', 'command'],
  'decode-and-run': ['strong', 'command'],
  'disguised-command': ['medium', 'form'],
  'reverse-shell': ['strong', 'command'],
  'web-shell': ['strong', 'command'],
  'miner-command': ['strong', 'command'],
  'kills-rivals': ['medium', 'command'],
  'stops-protection': ['medium', 'command'],
  hides: ['medium', 'command'],
  'clears-traces': ['weak', 'command'],
  'writes-persistence': ['weak', 'command'],
  'opens-account': ['medium', 'command'],
  'opens-tunnel': ['weak', 'access'],
  'runs-stored-code': ['strong', 'command'],
  'encoded-command': ['weak', 'form'],
  'hidden-window': ['weak', 'form'],
  'family-mark': ['strong', 'name'],
  'running-miner': ['strong', 'relation'],
  'same-url': ['medium', 'relation'],
  'same-file': ['medium', 'relation'],
  'same-hash': ['medium', 'relation'],
  'indicator-seen': ['medium', 'relation'],
  'mining-content': ['strong', 'form'],
  'bare-program': ['weak', 'form'],
  'users-program': ['weak', 'access'],
  'appeared-together': ['none', 'relation'],
  'hidden-path': ['medium', 'place'],
  'temporary-path': ['medium', 'place'],
  'writable-by-all': ['medium', 'access'],
  'unowned-among-owned': ['medium', 'owner'],
  'unowned-privileged': ['medium', 'access'],
  'program-among-data': ['medium', 'place'],
  'edited-package-file': ['medium', 'owner'],
  'replaced-package-file': ['strong', 'owner'],
  'missing-package-file': ['weak', 'owner'],
  immutable: ['medium', 'flag'],
  'altered-signature': ['medium', 'owner'],
  'claims-microsoft': ['medium', 'owner'],
  'renamed-program': ['medium', 'name'],
  'says-miner': ['strong', 'form'],
  'packed-program': ['weak', 'form'],
  'absent-target': ['weak', 'place'],
  'newer-than-neighbours': ['weak', 'relation'],
  'binary-noise': ['medium', 'form'],
  'uid-0': ['medium', 'access'],
  'system-account-shell': ['medium', 'access'],
  'shell-with-blank': ['strong', 'form'],
  'empty-password': ['medium', 'access'],
  'key-of-system-account': ['medium', 'access'],
  'of-system-account': ['weak', 'access'],
  'opens-access': ['medium', 'access'],
  'weakens-guard': ['weak', 'access'],
  'unusual-place': ['weak', 'place'],
  'host-access': ['weak', 'access'],
  restarts: ['none', 'form'],
  'switched-off': ['none', 'form'],
  'shadows-package': ['weak', 'name'],
  'loads-everywhere': ['medium', 'flag'],
  'look-alike-name': ['medium', 'name'],
  'concealed-in-file': ['medium', 'form'],
  'foreign-host': ['medium', 'relation'],
  'locks-out': ['medium', 'access'],
  'hidden-from-listing': ['strong', 'relation'],
  'foreign-module': ['weak', 'owner'],
  silenced: ['weak', 'command'],
  'miner-setting': ['medium', 'form'],
  'cloned-account': ['strong', 'form'],
  'account-in-one-place': ['medium', 'relation'],
  'dollar-account': ['medium', 'name'],
  'hidden-at-logon': ['weak', 'flag'],
  administrator: ['none', 'access'],
  'fresh-account': ['weak', 'relation'],
  'guest-enabled': ['medium', 'access'],
  'account-made': ['none', 'access'],
  'account-raised': ['none', 'access'],
  'account-renamed': ['none', 'name'],
  'account-enabled': ['none', 'access'],
  'account-reset': ['none', 'access'],
  'account-removed': ['none', 'access'],
  'deleted-yet-there': ['medium', 'form'],
  'made-unlogged': ['weak', 'relation'],
  'registry-only': ['medium', 'relation'],
  'file-only': ['none', 'relation'],
  'stores-differ': ['medium', 'relation'],
  'excludes-everything': ['medium', 'access'],
  excludes: ['none', 'access'],
  'protection-off': ['medium', 'access'],
  'changed-default': ['medium', 'owner'],
  'msr-driver': ['weak', 'form'],
  'vulnerable-driver': ['weak', 'form'],
  'failure-command': ['none', 'form'],
  'forwards-port': ['weak', 'access'],
  'known-marker': ['strong', 'name'],
  'system-name-elsewhere': ['medium', 'name'],
  'windows-data-folder': ['medium', 'place'],
  'loose-program': ['weak', 'place'],
};

export interface Weighed {
  readonly weight: Weight;
  readonly nature: Nature;
}

export function judgementOf(reasons: readonly Weighed[], active: boolean): EntryJudgement {
  const medium = reasons.filter(({ weight }) => weight === 'medium');
  const natures = new Set(medium.map(({ nature }) => nature));
  if (reasons.some(({ weight }) => weight === 'strong') || natures.size >= 2) {
    return active ? 'malicious' : 'suspicious';
  }
  if (medium.length > 0) return 'suspicious';
  return active && reasons.some(({ weight }) => weight === 'weak') ? 'unusual' : 'benign';
}
