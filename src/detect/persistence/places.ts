/**
 * What the place of a file says of something that starts by itself.
 *
 * Where owners put things (/opt, /usr/local, /srv, /home, text in /etc) nothing is said. Dot-folders of well-known
 * tools in homes are theirs; a hidden name in a folder of the system is nobody's.
 */

/** Folders into which only packages put programs, units and hooks. */
const packageLand =
  /^\/(?:usr\/(?!local\/|src\/|share\/(?:nginx|keyrings)\/|games\/local)|bin\/|sbin\/|lib\d*\/|libx32\/)/;
/** What is made there by tools and not brought: byte code, modules built here, caches. */
const generated =
  /\/(?:updates|extra|dkms|weak-updates)\/|\/lib\/modules\/[^/]+\/(?:misc|kernel\/nvidia-[^/]+)\/|\/kubelet-plugins\/|\/__pycache__\/|\/(?:dist|site)-packages\/|\/node_modules\/|\/usr\/lib\/jvm\/|\/usr\/lib\/(?:locale|modules\/[^/]+\/modules\.)|\/usr\/share\/(?:mime|icons|binfmts)\//;

/** Installers of drivers put their modules beside the kernel's own tree, and that of nvidia into its video folder. */
const foreignModules =
  /^(?:\/usr)?\/lib\/modules\/[^/]+\/(?:(?!kernel\/)|kernel\/(?!(?:arch|block|certs|crypto|drivers|fs|lib|mm|net|security|sound|virt)\/)|kernel\/drivers\/video\/nvidia)/;
/** Folders below those of packages into which other software is meant to put plugins of its own. */
const pluginFolders = /^\/usr\/libexec\/(?:kubernetes|docker|oci|gitlab-runner)\//;

export const isPackageLand = (path: string): boolean =>
  packageLand.test(path) && !generated.test(path) && !foreignModules.test(path) && !pluginFolders.test(path);

/** Data folders in which a program is out of place. */
const dataLand =
  /^\/(?:etc|var\/(?:lib|spool|cache|log|mail|www|backups|tmp)|boot|srv\/www|usr\/share|media|lost\+found)\//;
/** Services that keep programs of their own there. */
const dataPrograms =
  /^\/var\/lib\/(?:docker|containerd|containers|rancher|kubelet|snapd|flatpak|jenkins|gitlab-runner|waagent|amazon|google|cloud|lxd|lxc|machines|portables|extensions|dkms|rpm|dpkg\/info|tomcat\d*|k0s|cni|pgsql|mysql|postgresql\/\.)\/|^\/etc\/alternatives\/|^\/var\/www\/.*\/(?:node_modules|vendor|\.venv|venv)\//;

export const isDataLand = (path: string): boolean => dataLand.test(path) && !dataPrograms.test(path);

const temporary = /^\/(?:tmp|var\/tmp|dev|var\/run|run|var\/lock)\//;
const runtime =
  /^\/(?:var\/)?run\/(?:systemd|current-system|wrappers|booted-system|user|udev|docker|containerd|snapd|motd)\b|^\/dev\/(?:fd|mapper|disk|pts)\b|^\/tmp\/\.mount_/;

/** Where everybody may write, or what is gone at the next start. */
export const isTemporary = (path: string): boolean => temporary.test(path) && !runtime.test(path);

const knownHidden = new Set(
  '.acme.sh .ansible .antidote .antigen .asdf .atuin .aws .bash_it .bash_completion .bash_completion.d .bash_profile.d .bashrc.d .bun .cache .cargo .claude .composer .conda .config .copilot .cpanel .cpan .cursor-server .deno .devcontainer .docker .dotfiles .dotnet .dropbox-dist .emacs.d .env .envrc .flutter .fly .fnm .fzf .fzf.bash .fzf.zsh .gem .ghcup .ghc .git .githooks .git-hooks .gitlab-runner .gnupg .goenv .gradle .helm .husky .influxdbv2 .ipython .jabba .jdks .jenv .juliaup .jupyter .k3d .krew .kube .linuxbrew .local .m2 .mambaforge .micromamba .miniconda3 .miniforge3 .minikube .mise .mix .modular .mozilla .nix-profile .nodenv .nodebrew .npm .npm-global .nvm .ollama .oh-my-bash .oh-my-zsh .opam .perlbrew .phpbrew .phpenv .pixi .platformio .plenv .pm2 .pnpm-store .poetry .pulumi .pyenv .rakubrew .rbenv .rustup .rvm .sdkman .ssh .starship .steam .symfony .symfony5 .terraform.d .tfenv .tmux .tox .travis .vagrant.d .venv .venvs .vim .virtualenvs .volta .vscode-insiders .vscodium .vscode .vscode-server .wasmer .wasmtime .well-known .wine .wp-cli .yarn .zgen .zim .zinit .zplug .zsh .zshrc.d .profile.d .oci .lando .ddev .dapr .azure .gcloud .rye .uv .bin'.split(
    ' ',
  ),
);
const systemFolder =
  /^\/(?:usr(?!\/local)|etc|bin|sbin|lib\d*|boot|var\/(?:spool|tmp|cache|log|run|mail)|tmp|dev|run|proc|sys)\//;
const systemHidden =
  /^\/etc\/(?:skel\/|\.(?:pwd\.lock|updated|git|java|etckeeper|hg|bzr))|^\/usr\/(?:lib|share)\/.*\/\.(?:build-id|package|libs)\b|^\/usr\/lib\/\.build-id\//;

/** A hidden component that no known tool makes. */
export function isHidden(path: string): boolean {
  const strict = systemFolder.test(path);
  if (strict && systemHidden.test(path)) return false;
  return path.split('/').some((part) => /^\.[^./*]/.test(part) && (strict || !knownHidden.has(part)));
}

/** A file whose name itself is hidden, straight in a home: what shells of owners read in turn. */
export const isDotFileOfHome = (path: string): boolean => /^\/(?:root|home\/[^/]+)\/\.[^/]+$/.test(path);

const homeOf = /^\/(?:root|home\/[^/]+)\//;

/** Both in the home of one person. */
export const isOfSameHome = (path: string, other: string): boolean => {
  const home = homeOf.exec(path)?.[0];
  return home !== undefined && other.startsWith(home);
};

/** Folders of packages into which owners put checks of their own, as scripts. */
const pluginScripts =
  /^\/usr\/lib(?:64|exec)?\/(?:nagios\/plugins|monitoring-plugins|check_mk_agent\/(?:plugins|local)|zabbix\/(?:externalscripts|alertscripts)|munin\/plugins)\/|^\/usr\/share\/munin\/plugins\//;

export const isPluginScript = (path: string): boolean => pluginScripts.test(path);

const kernelThread =
  /^(?:k(?:worker|softirqd|swapd|threadd|hugepaged|compactd|hungtaskd|integrityd|blockd|auditd|devtmpfs|throtld|smd|dmflush|cryptd)(?:d?[iks]|d(?=$))?|migration|rcu_(?:sched|bh|gp|par_gp|preempt)|watchdogd|oom_reaper|jbd2|scsi_eh|idle_inject|cpuhp|mm_percpu_wq|ata_sff|irq)(?:[\d/:_-]\S*)?$/;
const programs =
  'systemd sshd crond cron dbus-daemon rsyslogd systemd-journald systemd-logind systemd-networkd systemd-resolved systemd-udevd systemd-timesyncd networkd-dispatcher irqbalance agetty polkitd dockerd containerd chronyd auditd named nginx apache2 httpd mysqld postgres snapd accounts-daemon NetworkManager'.split(
    ' ',
  );

/** Of those, names that are nearly one and belong to software of their own. */
const ownNames = new Set('apache crowd getty https httpx mgetty namei names swapd syslogd'.split(' '));

/** One letter added, left out, changed or swapped. */
function isNear(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}

/** A name that is a kernel thread's, or nearly one of a program of the system. */
export function isLookAlike(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (kernelThread.test(name)) return true;
  // `docker` beside dockerd, `chrony` beside chronyd: the tool and its daemon.
  return (
    name.length >= 5 &&
    !ownNames.has(name) &&
    !programs.includes(`${name}d`) &&
    programs.some((program) => program.length >= 5 && isNear(name, program))
  );
}

/** Daemons of the system that nobody builds or installs by hand. */
const systemsOwn =
  /^(?:systemd-(?:journald|logind|networkd|resolved|udevd|timesyncd|machined|hostnamed|homed|oomd|coredump|sleep|shutdown)|accounts-daemon|polkitd|agetty|networkd-dispatcher|irqbalance|udisksd|packagekitd)$/;
/** Those with a number or a letter behind their name: a second one is nobody's. */
const withMore = /^(?:(?:sshd|crond|systemd|udevd|klogd|atd)[-_]?(?:\d{1,2}|[sdx])|systemd-[a-z]+d[-_]?\d)$/;
/** Where whole systems and builds of them lie. */
const otherRoots =
  /^\/(?:nix|gnu|snap)\/|^\/var\/lib\/(?:machines|docker|lx[cd]|containers|snapd|flatpak)\/|rootfs/;

/** A compiled program with the name of one of the system's own, where that does not lie. */
export function isImitation(path: string): boolean {
  if (otherRoots.test(path)) return false;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return systemsOwn.test(name) || withMore.test(name);
}
