/* SPDX-License-Identifier: Apache-2.0
 *
 * The first process of the enclave. It loads the drivers, tells the parent that the enclave is up (one byte, 0xB7, to port 9000, as AWS's own init does), closes the root file system to
 * writing, starts the server as an unprivileged user and passes on what the server logs. When the server ends, the machine ends.
 *
 * There is no shell, no network but vsock, no file that can be written, and no way to get a second program run from outside.
 */
#include "system.h"

#define MS_RDONLY 1
#define MS_NOSUID 2
#define MS_NODEV 4
#define MS_NOEXEC 8
#define MS_REMOUNT 32
#define MS_BIND 4096

#define S_IFCHR 0020000
#define REBOOT_POWER_OFF 0x4321fedc
#define REBOOT_RESTART 0x01234567
#define MODULE_INIT_COMPRESSED_FILE 4

#define AF_VSOCK 40
#define SOCK_STREAM 1
#define SOCK_CLOEXEC 02000000
#define SO_VM_SOCKETS_CONNECT_TIMEOUT 8
#define HEARTBEAT_PORT 9000
#define HEARTBEAT 0xb7

#define SERVER_UID 1000
#define OPEN_FILES 16384
/* What the server shares with a model's process, in one piece (enclave/limits.ts: sharedInputBytesMax), is a file without a name to the kernel. */
#define SHARED_BYTES (8 << 20)
#define CONFIGURATION_BYTES_MAX 8192
#define ENTRIES_MAX 64

/* linux/vm_sockets.h */
struct vsock_address {
  u16 family, reserved;
  u32 port, cid;
  u8 flags, zero[3];
};

/* linux/capability.h, version 3 */
struct capability_header {
  u32 version;
  int pid;
};
struct capability_data {
  u32 effective, permitted, inheritable;
};

/* asm/stat.h of x86-64: only the device number is of interest. */
struct file_status {
  u8 before[40];
  u64 device;
  u8 after[96];
};

static void power_off(void) {
  struct {
    long seconds, nanoseconds;
  } moment = {0, 200000000}; /* what was written last must leave the serial line */
  sys_sync();
  sys_nanosleep(&moment);
  /* Where there is no way to power off, a restart ends the machine: its hypervisor does not boot twice. */
  sys_reboot(REBOOT_RESTART);
  sys_reboot(REBOOT_POWER_OFF);
  for (;;) sys_nanosleep(&moment);
}

/* In the process that becomes the server: only the first process ends the machine. */
static int is_child;

static void fail(const char *what, long result) {
  say("init: ");
  say(what);
  say(" failed: ");
  say_number(result);
  say("\n");
  if (is_child) sys_exit(126);
  power_off();
}

static long must(long result, const char *what) {
  if (result < 0) fail(what, result);
  return result;
}

static void mount_at(const char *kind, const char *at, u64 flags, const char *data) {
  sys_mkdir(at, 0755);
  must(sys_mount(kind, at, kind, flags, data), at);
}

/* Reads a whole small file of the ramdisk, and ends it with a zero. */
static long read_file(const char *path, char *to, long bytes_max) {
  long fd = must(sys_open(path, O_RDONLY | O_CLOEXEC), path);
  long length = 0, got;
  while (length < bytes_max - 1 && (got = sys_read(fd, to + length, bytes_max - 1 - length)) > 0) length += got;
  if (length == bytes_max - 1) fail(path, length);
  sys_close(fd);
  to[length] = 0;
  return length;
}

/* One entry a line. */
static void split_lines(char *text, char **entries, u32 entries_max) {
  u32 count = 0;
  while (*text) {
    if (count == entries_max - 1) fail("too many entries", count);
    entries[count++] = text;
    while (*text && *text != '\n') text++;
    if (*text) *text++ = 0;
  }
  entries[count] = 0;
}

/* In the order of /modules/order, each by its file's name. A driver for hardware that is not there is not an error; one that cannot be loaded at all shows when it is missed. */
static void load_modules(void) {
  static char text[CONFIGURATION_BYTES_MAX];
  static char *names[ENTRIES_MAX];
  char **name;
  read_file("/modules/order", text, sizeof text);
  split_lines(text, names, ENTRIES_MAX);
  for (name = names; *name; name++) {
    long fd = must(sys_open(*name, O_RDONLY | O_CLOEXEC), *name);
    u64 length = text_length(*name);
    int compressed = length > 3 && (*name)[length - 3] == '.' && (*name)[length - 2] == 'x' && (*name)[length - 1] == 'z';
    long result = sys_finit_module(fd, "", compressed ? MODULE_INIT_COMPRESSED_FILE : 0);
    if (result < 0) {
      say("init: module ");
      say(*name);
      say(" not loaded: ");
      say_number(result);
      say("\n");
    }
    sys_close(fd);
  }
}

static int heartbeat_to(u32 cid) {
  struct vsock_address address;
  struct {
    long seconds, microseconds;
  } timeout = {1, 0};
  u8 byte = HEARTBEAT;
  long fd = sys_socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC);
  int answered = 0;
  if (fd < 0) return 0;
  memset(&address, 0, sizeof address);
  address.family = AF_VSOCK;
  address.port = HEARTBEAT_PORT;
  address.cid = cid;
  sys_setsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT, &timeout, sizeof timeout);
  if (sys_connect(fd, &address, sizeof address) == 0 && sys_write(fd, &byte, 1) == 1) {
    byte = 0;
    answered = sys_read(fd, &byte, 1) == 1 && byte == HEARTBEAT;
  }
  sys_close(fd);
  return answered;
}

/* The parent is CID 3 on AWS Nitro and CID 2 in other virtual machines: asking both lets one image, with one measurement, run on either. */
static void heartbeat(void) {
  int attempt;
  for (attempt = 0; attempt < 3; attempt++)
    if (heartbeat_to(3) || heartbeat_to(2)) {
      say("init: heartbeat answered\n");
      return;
    }
  fail("heartbeat", HEARTBEAT_PORT);
}

static void make_device(const char *path, u32 mode, u64 device) {
  must(sys_mknod(path, S_IFCHR | mode, device), path);
}

static u64 device_number(u32 major, u32 minor) { return ((u64)major << 8) | minor; }

/* Only what the server needs: no console, no memory, no disks. */
static void make_devices(void) {
  struct file_status nsm;
  must(sys_stat("/dev/nsm", &nsm), "/dev/nsm");
  mount_at("tmpfs", "/rootfs/dev", MS_NOSUID | MS_NOEXEC, "size=0,mode=755");
  make_device("/rootfs/dev/null", 0666, device_number(1, 3));
  make_device("/rootfs/dev/random", 0444, device_number(1, 8));
  make_device("/rootfs/dev/urandom", 0444, device_number(1, 9));
  make_device("/rootfs/dev/nsm", 0600, nsm.device);
  must(sys_chown("/rootfs/dev/nsm", SERVER_UID, SERVER_UID), "owner of /dev/nsm");
  must(sys_mount("", "/rootfs/dev", "", MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NOEXEC, 0), "read-only /dev");
}

static void close_root(void) {
  must(sys_mount("/rootfs", "/rootfs", "", MS_BIND, 0), "binding the root");
  make_devices();
  /* Processes of other users do not show: hidepid=invisible. */
  mount_at("proc", "/rootfs/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=2");
  mount_at("sysfs", "/rootfs/sys", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, 0);
  must(sys_mount("", "/rootfs", "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, 0), "read-only root");
}

/* The server is an ordinary user who may do three things more: start models' processes as other users (two), and end them. */
static void become_server(void) {
  static const u8 kept[] = {CAP_KILL, CAP_SETGID, CAP_SETUID};
  struct capability_header header = {0x20080522, 0};
  struct capability_data data[2];
  struct limit none = {0, 0}, files = {OPEN_FILES, OPEN_FILES}, shared = {SHARED_BYTES, SHARED_BYTES};
  u32 i, mask = 0;
  for (i = 0; i < sizeof kept; i++) mask |= 1u << kept[i];
  must(sys_setrlimit(RLIMIT_CORE, &none), "core limit");
  /* Files with a name it cannot write: no file system lets it. A model's process, behind confine, makes neither. */
  must(sys_setrlimit(RLIMIT_FSIZE, &shared), "file size limit");
  must(sys_setrlimit(RLIMIT_NOFILE, &files), "open files limit");
  for (i = 0; i <= CAP_LAST; i++)
    if (i > 31 || !(mask & (1u << i))) must(sys_prctl(PR_CAPBSET_DROP, i, 0, 0, 0), "bounding capabilities");
  must(sys_setgroups(0, 0), "setgroups");
  must(sys_setresgid(SERVER_UID), "setresgid");
  must(sys_prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "keeping capabilities");
  must(sys_setresuid(SERVER_UID), "setresuid");
  memset(data, 0, sizeof data);
  data[0].effective = data[0].permitted = data[0].inheritable = mask;
  must(sys_capset(&header, data), "capset");
  for (i = 0; i < sizeof kept; i++) must(sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, kept[i], 0, 0), "ambient capabilities");
  must(sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
}

static void run_server(char **arguments, char **environment, int log) {
  long nothing;
  is_child = 1;
  sys_umask(077);
  sys_setsid();
  must(sys_chroot("/rootfs"), "chroot");
  must(sys_chdir("/nacre"), "/nacre");
  nothing = must(sys_open("/dev/null", O_RDWR), "/dev/null");
  sys_dup2(nothing, 0);
  sys_dup2(log, 1);
  become_server();
  sys_dup2(log, 2);
  sys_close_range(3, 0x7fffffff);
  sys_execve(arguments[0], arguments, environment);
  sys_exit(127);
}

/* Passes the log on until everybody who could write to it is gone. */
static void pass_on(int log) {
  static char bytes[4096];
  long got;
  while ((got = sys_read(log, bytes, sizeof bytes)) > 0 || got == -EINTR)
    if (got > 0) sys_write(1, bytes, got);
}

void start(long *stack) {
  static char command[CONFIGURATION_BYTES_MAX], variables[CONFIGURATION_BYTES_MAX];
  static char *arguments[ENTRIES_MAX], *environment[ENTRIES_MAX];
  int log[2], status = 0;
  long console, server, ended;
  (void)stack;

  sys_umask(0); /* the modes below are meant as they stand */
  mount_at("devtmpfs", "/dev", MS_NOSUID | MS_NOEXEC, 0);
  console = sys_open("/dev/console", O_RDWR);
  if (console >= 0) {
    sys_dup2(console, 0);
    sys_dup2(console, 1);
    sys_dup2(console, 2);
  }
  load_modules();
  heartbeat();
  read_file("/cmd", command, sizeof command);
  split_lines(command, arguments, ENTRIES_MAX);
  read_file("/env", variables, sizeof variables);
  split_lines(variables, environment, ENTRIES_MAX);
  close_root();

  must(sys_pipe2(log, O_CLOEXEC), "pipe");
  server = must(sys_fork(), "fork");
  if (server == 0) run_server(arguments, environment, log[1]);
  sys_close(log[1]);
  /* Orphans are not waited for while the server runs: the server waits for its models itself, and they start nothing. */
  pass_on(log[0]);
  do ended = sys_wait4(server, &status, 0);
  while (ended == -EINTR);
  say("init: the server ended, status ");
  say_number(status);
  say("\n");
  power_off();
}
