/**
 * One file for iptables-restore(8) and ip6tables-restore(8): each ignores rules that begin with the other's number.
 *
 * Source: iptables(8), "-4, --ipv4" and "-6, --ipv6"; iptables-extensions(8), match "string" (the kernel finds the name
 * anywhere in a query, so a longer name that ends in it is cut off too; XT_STRING_MAX_PATTERN_SIZE is 128, so of a longer
 * name its last labels stand for it). `--noflush` leaves all other chains alone, and
 * a declared chain of ours is emptied first.
 */
import type { Printed } from './printed.ts';

const chain = 'DEMINE_CONTAIN';

const mostPattern = 128;

/** The labels that fit: a query has a byte more for each, and one at the end. */
function lastLabels(name: string): readonly string[] {
  const labels = name.split('.');
  while (labels.reduce((sum, label) => sum + label.length + 1, 1) > mostPattern) labels.shift();
  return labels;
}

/** A name as a query carries it: each label behind its length, and a zero at the end. */
const wire = (name: string): string =>
  `${lastLabels(name)
    .map((label) => `|${label.length.toString(16).padStart(2, '0')}|${label}`)
    .join('')}|00|`;

export function iptablesText({ ip, ip6, names }: Printed): readonly string[] {
  const addresses = [...ip.map((one) => ['-4', one]), ...ip6.map((one) => ['-6', one])];
  return [
    '# Load with "iptables-restore --noflush FILE" and "ip6tables-restore --noflush FILE".',
    `# Lift with "iptables -D INPUT -j ${chain}", the same for OUTPUT and FORWARD,`,
    `# then "iptables -F ${chain}" and "iptables -X ${chain}"; and all of it with ip6tables.`,
    '*filter',
    `:${chain} - [0:0]`,
    ...addresses.flatMap(([family, address]) => [
      `${family} -A ${chain} -s ${address} -j DROP`,
      `${family} -A ${chain} -d ${address} -j DROP`,
    ]),
    ...names.flatMap((name) =>
      ['udp', 'tcp'].map(
        (protocol) =>
          `-A ${chain} -p ${protocol} --dport 53 -m string --algo bm --icase --hex-string "${wire(name)}" -j DROP`,
      ),
    ),
    ...['INPUT', 'FORWARD', 'OUTPUT'].map((from) => `-I ${from} -j ${chain}`),
    'COMMIT',
  ];
}
