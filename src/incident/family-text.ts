/**
 * Whether a text speaks of a family rather than being its doing.
 *
 * Gangs remove each other, owners look for gangs, and scanners carry lists: `pkill kinsing`, `grep -r mdrfckr`, a rule
 * file. Such lines name many families and show none. Source: knowledge on families §2.3 (kill rivals).
 */
import type { TextHit } from './family-index.ts';

/** Characters of a command before a name that are looked at. */
const reach = 512;
/** Families named together: more of them than gangs share one host with one line. */
const listed = 3;

/** Commands that look at, end or take away what they name. */
const removal =
  /(?:^|[\s/;|&(`'"])(?:pkill|killall|kill|rm|unlink|shred|e?grep|fgrep|rg|find|locate|ls|ll|stat|lsattr|file|md5sum|sha\d+sum|strings|lsof|fuser|pgrep|ps|iptables|(?:docker|podman|crictl) (?:rm|rmi|stop|kill)|systemctl (?:stop|disable|mask|status)|crontab -l)\s/;

/** True where the command that holds the name at `at` takes it away or looks for it. */
export function isSearchedOrRemoved(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - reach), at);
  const start = Math.max(...[';', '|', '&', '\n', '`', '$('].map((sign) => before.lastIndexOf(sign)));
  return removal.test(` ${before.slice(start + 1)}`);
}

/** True where so many families are named that it is a list of them. */
export function isList(hits: readonly TextHit[]): boolean {
  const named = new Set<string>();
  for (const { indicator } of hits) {
    const { profile, shared } = indicator;
    if (shared !== true && profile.class !== 'tool') named.add(profile.id);
  }
  return named.size >= listed;
}
