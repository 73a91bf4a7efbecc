// The system has no room for another process, which Node tells by an exception or, for some codes, by an event.
const childProcess = require('node:child_process');
const { EventEmitter } = require('node:events');

childProcess.spawn = () => {
  const error = Object.assign(new Error('spawn: no room'), { code: process.env.NO_NEW_PROCESS_CODE });
  if (process.env.NO_NEW_PROCESS === 'throws') throw error;
  const child = Object.assign(new EventEmitter(), { unref() {} });
  process.nextTick(() => child.emit('error', error));
  return child;
};
