import { join } from 'node:path';
import { parseConfig } from './configFile.ts';
import { readText } from './files.ts';

const maxConfigBytes = 1024 * 1024;

/** Hosts that offer ssh on the https port under another name: the same repositories as the plain host. */
const sshHosts: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
};

const defaultPorts: Readonly<Record<string, string>> = { http: '80', https: '443', git: '9418' };

/**
 * The address of the remote `origin`, or of the first remote when there is no `origin`, or null. It is read
 * from `<commonDir>/config` without starting git, so `include`, `insteadOf` and the user's own configuration
 * are not applied. User names and passwords are taken out: the result may be stored and shown. Never throws.
 */
export async function readRemote(commonDir: string): Promise<string | null> {
  const text = await readText(join(commonDir, 'config'), maxConfigBytes);
  if (text === null) return null;
  const urls = new Map<string, string>();
  for (const { section, subsection, name, value } of parseConfig(text)) {
    // A remote may have several addresses; git fetches from the first.
    if (section !== 'remote' || subsection === null || name !== 'url' || value === '') continue;
    if (!urls.has(subsection)) urls.set(subsection, value);
  }
  const url = urls.get('origin') ?? urls.values().next().value;
  return url === undefined ? null : withoutCredentials(url);
}

/**
 * Takes the password out of a remote's address, and for http(s) the user name too, which is often a token.
 * The user name of an ssh address stays (`git@…`): it is part of where the repository is.
 */
export function withoutCredentials(url: string): string {
  const match = /^((?:[\w+.-]+::)*)([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(url);
  // The short ssh spelling has no place for a password.
  if (!match) return url;
  const [, helper = '', scheme = '', authority = '', rest = ''] = match;
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const user = at < 0 || !isSsh(scheme) ? '' : (authority.slice(0, at).split(':')[0] ?? '');
  // Some hosts accept a token as a query; no repository is told from another by it.
  const path = /^https?$/i.test(scheme) ? rest.replace(/[?#].*$/s, '') : rest;
  return `${helper}${scheme}://${user === '' ? '' : `${user}@`}${host}${path}`;
}

/**
 * A remote's address in a form to compare: all spellings of one repository give `host/path`, with the host in
 * lower case and without scheme, user, `.git` and default port. The port of an ssh address goes too, since the
 * same repository is offered elsewhere on another; that of an http address stays. A repository on this machine
 * gives its path, with forward slashes. Text that is no address is given back trimmed. Never throws.
 */
export function normalizeRemote(url: string): string {
  const text = url.trim();
  const address = /^(?:[\w+.-]+::)*([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/is.exec(text);
  if (address) {
    const [, scheme = '', authority = '', path = ''] = address;
    if (scheme.toLowerCase() === 'file') return localPath(decoded(path).replace(/^\/(?=[A-Za-z]:)/, ''));
    return hostAndPath(hostOf(scheme.toLowerCase(), authority), decoded(path));
  }
  if (!/^[A-Za-z]:[\\/]/.test(text)) {
    // The short ssh spelling: a colon before any slash; brackets hold a port or an IPv6 address.
    const short = /^(?:[^/@]+@)?(\[[^\]/]+\]|[^/:[\]]+):(.*)$/s.exec(text);
    if (short) return hostAndPath(hostOf('ssh', bracketed(short[1] ?? '')), short[2] ?? '');
  }
  return localPath(text);
}

function isSsh(scheme: string): boolean {
  return /^(?:ssh|git\+ssh|ssh\+git)$/i.test(scheme);
}

/** `[host:22]` is git's way to give a port in the short spelling; `[::1]` is an IPv6 address and stays. */
function bracketed(host: string): string {
  return /^\[[^:]+:\d+\]$/.test(host) ? host.slice(1, -1) : host;
}

function hostOf(scheme: string, authority: string): string {
  const [, host = '', port = ''] =
    /^(.*?)(?::(\d*))?$/s.exec(authority.slice(authority.lastIndexOf('@') + 1).toLowerCase()) ?? [];
  if (isSsh(scheme)) return sshHosts[host] ?? host;
  return port === '' || port === defaultPorts[scheme] ? host : `${host}:${port}`;
}

function hostAndPath(host: string, path: string): string {
  return trimmedPath(`${host}/${path.replace(/^\/+/, '')}`);
}

function localPath(path: string): string {
  const windows = /^[A-Za-z]:[\\/]|^\\\\/.test(path);
  if (!windows) return trimmedPath(path);
  return trimmedPath(path.replaceAll('\\', '/').replace(/^[A-Z]:/, drive => drive.toLowerCase()));
}

function trimmedPath(path: string): string {
  const short = path.replace(/(?!^)\/{2,}/g, '/').replace(/(?<=[^/])\/+$/, '');
  return short.replace(/(?<=[^/])(?:\/?\.git)$/i, '');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
