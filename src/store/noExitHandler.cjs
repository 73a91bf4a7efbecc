// Stands in for `signal-exit` in the bundles: nothing of ours has to run when the process ends.
module.exports = () => () => {};
