/**
 * Addresses from which makers of well-known software hand out its installers and updates.
 *
 * Why: the updater of Netdata, in cron.daily, fetches its own next version over TLS and runs it, as a dropper does.
 * What it is NOT: trust in a host. GitHub serves everybody's files, so its addresses are told with their owner, their
 * repository and a branch or a version: by the number of a commit it also shows what lies in a copy of somebody else's.
 * Over TLS only. What is fetched from there weighs little; it is told all the same.
 */
const branch = String.raw`(?:master|main|stable|HEAD|release|v?\d+(?:\.\d+){1,3}(?:-\w{1,12})?)/`;
const ofGithub =
  'netdata/netdata acmesh-official/acme.sh nvm-sh/nvm ohmyzsh/ohmyzsh Homebrew/install pyenv/pyenv-installer tj/n k3s-io/k3s rclone/rclone grafana/alloy helm/helm aristocratos/btop pi-hole/pi-hole';
const hosts =
  'get.acme.sh sh.rustup.rs static.rust-lang.org get.docker.com get.k3s.io get.netdata.cloud deb.nodesource.com rpm.nodesource.com getcomposer.org bootstrap.pypa.io install.python-poetry.org tailscale.com get.helm.sh rclone.org install.pi-hole.net repo.anaconda.com sdk.cloud.google.com awscli.amazonaws.com cli.github.com install.datadoghq.com';

const escaped = (names: string): string => names.replaceAll('.', String.raw`\.`).replaceAll(' ', '|');
const makers = new RegExp(
  `^https://(?:(?:${escaped(hosts)})(?:/|$)|raw\\.githubusercontent\\.com/(?:${escaped(ofGithub)})/${branch}|github\\.com/(?:${escaped(ofGithub)})/releases(?:/|$))`,
);

export const isFromMaker = (url: string): boolean => makers.test(url);
