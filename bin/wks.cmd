@echo off
rem The command line for the editor's terminals, run by the editor's own executable.
setlocal
set ELECTRON_RUN_AS_NODE=1
if not defined WORK_SESSIONS_NODE set WORK_SESSIONS_NODE=node
"%WORK_SESSIONS_NODE%" "%~dp0..\dist\cli\cli.cjs" %*
