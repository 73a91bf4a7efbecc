/**
 * Settings under which a window shows what a test opened and nothing else. The colour theme follows what the
 * browser, or the desktop, says that the user prefers.
 */
export const calmSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'update.mode': 'none',
  'remote.autoForwardPorts': false,
  // A row that sticks covers the rows that a test clicks.
  'workbench.tree.enableStickyScroll': false,
  'git.openRepositoryInParentFolders': 'never',
  'window.autoDetectColorScheme': true,
  'window.autoDetectHighContrast': true,
  // Only matters where Workspace Trust is on: the folder then stays restricted, and nobody is asked.
  'security.workspace.trust.startupPrompt': 'never',
};
