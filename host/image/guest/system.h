/* SPDX-License-Identifier: Apache-2.0
 *
 * The little of Linux that the enclave's own C programs need: x86-64 system calls by number (arch/x86/entry/syscalls/syscall_64.tbl), without a C library. A negative result is -errno.
 * Constants are those of the kernel's uapi headers.
 */
#ifndef NACRE_SYSTEM_H
#define NACRE_SYSTEM_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

long system_call(long number, long a, long b, long c, long d, long e, long f);
void start(long *stack);

/* The ABI passes the fourth argument in r10 instead of rcx. A new program finds its arguments on the stack. */
asm(".text\n"
    ".globl system_call\n"
    "system_call:\n"
    "  mov %rdi, %rax\n"
    "  mov %rsi, %rdi\n"
    "  mov %rdx, %rsi\n"
    "  mov %rcx, %rdx\n"
    "  mov %r8, %r10\n"
    "  mov %r9, %r8\n"
    "  mov 8(%rsp), %r9\n"
    "  syscall\n"
    "  ret\n"
    ".globl _start\n"
    "_start:\n"
    "  mov %rsp, %rdi\n"
    "  and $-16, %rsp\n"
    "  call start\n"
    "  hlt\n");

#define CALL0(n) system_call(n, 0, 0, 0, 0, 0, 0)
#define CALL1(n, a) system_call(n, (long)(a), 0, 0, 0, 0, 0)
#define CALL2(n, a, b) system_call(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define CALL3(n, a, b, c) system_call(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define CALL4(n, a, b, c, d) system_call(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define CALL5(n, a, b, c, d, e) system_call(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)

#define sys_read(fd, buffer, length) CALL3(0, fd, buffer, length)
#define sys_write(fd, buffer, length) CALL3(1, fd, buffer, length)
#define sys_open(path, flags) CALL3(2, path, flags, 0)
#define sys_close(fd) CALL1(3, fd)
#define sys_stat(path, to) CALL2(4, path, to)
#define sys_socket(domain, type) CALL3(41, domain, type, 0)
#define sys_connect(fd, address, length) CALL3(42, fd, address, length)
#define sys_setsockopt(fd, level, name, value, length) CALL5(54, fd, level, name, value, length)
#define sys_fork() CALL0(57)
#define sys_execve(path, arguments, environment) CALL3(59, path, arguments, environment)
#define sys_exit(code) CALL1(60, code)
#define sys_wait4(pid, status, options) CALL4(61, pid, status, options, 0)
#define sys_dup2(from, to) CALL2(33, from, to)
#define sys_nanosleep(time) CALL2(35, time, 0)
#define sys_fcntl(fd, command, value) CALL3(72, fd, command, value)
#define sys_chdir(path) CALL1(80, path)
#define sys_mkdir(path, mode) CALL2(83, path, mode)
#define sys_chown(path, uid, gid) CALL3(92, path, uid, gid)
#define sys_umask(mode) CALL1(95, mode)
#define sys_setsid() CALL0(112)
#define sys_setgroups(count, groups) CALL2(116, count, groups)
#define sys_setresuid(uid) CALL3(117, uid, uid, uid)
#define sys_setresgid(gid) CALL3(119, gid, gid, gid)
#define sys_capset(header, data) CALL2(126, header, data)
#define sys_mknod(path, mode, device) CALL3(133, path, mode, device)
#define sys_prctl(option, a, b, c, d) CALL5(157, option, a, b, c, d)
#define sys_setrlimit(resource, limit) CALL2(160, resource, limit)
#define sys_chroot(path) CALL1(161, path)
#define sys_sync() CALL0(162)
#define sys_mount(from, at, kind, flags, data) CALL5(165, from, at, kind, flags, data)
#define sys_reboot(command) CALL4(169, 0xfee1dead, 0x28121969, command, 0)
#define sys_pipe2(fds, flags) CALL2(293, fds, flags)
#define sys_finit_module(fd, parameters, flags) CALL3(313, fd, parameters, flags)
#define sys_seccomp(operation, flags, program) CALL3(317, operation, flags, program)
#define sys_close_range(first, last) CALL3(436, first, last, 0)

#define O_RDONLY 0
#define O_RDWR 2
#define O_CLOEXEC 02000000
#define EINTR 4

#define PR_SET_KEEPCAPS 8
#define PR_CAPBSET_DROP 24
#define PR_SET_SECUREBITS 28
#define PR_SET_NO_NEW_PRIVS 38
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_RAISE 2
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#define CAP_KILL 5
#define CAP_SETGID 6
#define CAP_SETUID 7
#define CAP_LAST 40

#define RLIMIT_FSIZE 1
#define RLIMIT_CORE 4
#define RLIMIT_NOFILE 7

struct limit {
  u64 soft, hard;
};

static u64 text_length(const char *text) {
  u64 length = 0;
  while (text[length]) length++;
  return length;
}

static void say(const char *text) { sys_write(2, text, text_length(text)); }

/* Decimal, or -1. */
static long number_of(const char *text) {
  long value = 0;
  if (!*text) return -1;
  for (; *text; text++) {
    if (*text < '0' || *text > '9' || value > 0xffffff) return -1;
    value = value * 10 + (*text - '0');
  }
  return value;
}

/* Backwards, so that the digits come out in order. */
static void say_number(long value) {
  char digits[24];
  int at = sizeof digits - 1;
  u64 rest = value < 0 ? -value : value;
  digits[at] = 0;
  do {
    digits[--at] = '0' + rest % 10;
    rest /= 10;
  } while (rest);
  if (value < 0) digits[--at] = '-';
  say(digits + at);
}

/* The compiler calls these for initialisers and copies of structures. */
void *memset(void *to, int value, u64 length) {
  u8 *bytes = to;
  while (length--) *bytes++ = value;
  return to;
}

void *memcpy(void *to, const void *from, u64 length) {
  u8 *bytes = to;
  const u8 *source = from;
  while (length--) *bytes++ = *source++;
  return to;
}

#endif
