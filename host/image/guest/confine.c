/* SPDX-License-Identifier: Apache-2.0
 *
 * confine UID PROGRAM [ARGUMENT...]: becomes user and group UID for good, gives up every privilege and the calls below, and runs PROGRAM.
 *
 * For the processes that run models. The attack: an input that takes over such a process through the runtime's native code. It must then read neither the server's memory (the server
 * is another user) nor another model's (each has a user of its own), reach neither the NSM (the server's file) nor the host (no sockets), and gain nothing by executing anything.
 */
#include "system.h"

/* linux/filter.h: classic BPF, as seccomp takes it. */
struct instruction {
  u16 code;
  u8 then, otherwise;
  u32 operand;
};
struct program {
  u16 length;
  struct instruction *instructions;
};

#define LOAD 0x20    /* BPF_LD | BPF_W | BPF_ABS */
#define EQUAL 0x15   /* BPF_JMP | BPF_JEQ | BPF_K */
#define AT_LEAST 0x35 /* BPF_JMP | BPF_JGE | BPF_K */
#define RETURN 0x06  /* BPF_RET | BPF_K */
#define NUMBER 0     /* offsetof(struct seccomp_data, nr) */
#define ARCHITECTURE 4
#define X86_64 0xc000003e /* AUDIT_ARCH_X86_64 */
#define X32_BIT 0x40000000
#define ALLOW 0x7fff0000
#define ANY_OF 0x45  /* BPF_JMP | BPF_JSET | BPF_K */
#define FIRST_ARGUMENT 16 /* offsetof(struct seccomp_data, args), the lower half */
#define CLONE 56
#define CLONE3 435
#define CLONE_THREAD 0x00010000
#define UNKNOWN 0x00050026 /* SECCOMP_RET_ERRNO | ENOSYS */
#define REFUSE 0x00050001 /* SECCOMP_RET_ERRNO | EPERM */
#define KILL 0x80000000   /* SECCOMP_RET_KILL_PROCESS */

static const u16 refused[] = {
    41,  /* socket: neither the host nor a neighbour can be talked to */
    53,  /* socketpair */
    57, 58, /* fork, vfork; clone makes threads only, see below */
    62, 200, 234, /* kill, tkill, tgkill */
    101, /* ptrace */
    310, 311, /* process_vm_readv, process_vm_writev */
    312, /* kcmp */
    434, 438, /* pidfd_open, pidfd_getfd */
    155, 161, 165, 166, 428, 429, 430, 431, 432, 433, 442, /* pivot_root, chroot, mounts */
    272, 308, /* unshare, setns */
    246, 320, /* kexec */
    175, 176, 313, /* kernel modules */
    169, 167, 168, /* reboot, swap */
    298, 321, 323, /* perf_event_open, bpf, userfaultfd */
    425, 426, 427, /* io_uring */
    248, 249, 250, /* keys */
    304, /* open_by_handle_at */
    164, 159, 227, 305, /* clocks */
    133, 259, /* mknod */
};

#define COUNT (sizeof refused / sizeof refused[0])
#define PR_SET_SECCOMP_FILTER 1

static void filter_calls(void) {
  struct instruction instructions[COUNT + 16];
  struct program program;
  u32 at = 0;
  u32 i;
#define EMIT(c, t, o, k) \
  (instructions[at].code = (c), instructions[at].then = (t), instructions[at].otherwise = (o), instructions[at].operand = (k), at++)
  EMIT(LOAD, 0, 0, ARCHITECTURE);
  EMIT(EQUAL, 1, 0, X86_64);
  EMIT(RETURN, 0, 0, KILL);
  EMIT(LOAD, 0, 0, NUMBER);
  /* Its flags lie in memory, out of a filter's sight; told that it is unknown, the C library takes clone. */
  EMIT(EQUAL, 0, 1, CLONE3);
  EMIT(RETURN, 0, 0, UNKNOWN);
  EMIT(EQUAL, 0, 4, CLONE);
  EMIT(LOAD, 0, 0, FIRST_ARGUMENT);
  EMIT(ANY_OF, 1, 0, CLONE_THREAD);
  EMIT(RETURN, 0, 0, REFUSE);
  EMIT(RETURN, 0, 0, ALLOW);
  /* The same calls have other numbers under the x32 ABI. */
  EMIT(AT_LEAST, COUNT + 1, 0, X32_BIT);
  for (i = 0; i < COUNT; i++) EMIT(EQUAL, COUNT - i, 0, refused[i]);
  EMIT(RETURN, 0, 0, ALLOW);
  EMIT(RETURN, 0, 0, REFUSE);
  program.length = at;
  program.instructions = instructions;
  if (sys_seccomp(PR_SET_SECCOMP_FILTER, 0, &program) < 0) {
    say("confine: no system call filter\n");
    sys_exit(126);
  }
}

static void must(long result, const char *what) {
  if (result >= 0) return;
  say("confine: ");
  say(what);
  say(" failed\n");
  sys_exit(126);
}

void start(long *stack) {
  long count = stack[0];
  char **arguments = (char **)(stack + 1);
  char **environment = arguments + count + 1;
  struct limit none = {0, 0};
  long uid = count > 2 ? number_of(arguments[1]) : -1;
  /* Never as root, and never as one of the first users, whom the system itself knows. */
  if (uid < 1000) {
    say("confine UID PROGRAM [ARGUMENT...], with UID from 1000\n");
    sys_exit(2);
  }
  must(sys_setgroups(0, 0), "setgroups");
  must(sys_setresgid(uid), "setresgid");
  must(sys_setresuid(uid), "setresuid");
  /* What the server may do for starting this process does not pass through exec without the ambient set. */
  must(sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "clearing capabilities");
  must(sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
  must(sys_setrlimit(RLIMIT_CORE, &none), "core limit");
  must(sys_setrlimit(RLIMIT_FSIZE, &none), "file size limit");
  filter_calls();
  sys_execve(arguments[2], arguments + 2, environment);
  say("confine: cannot run the program\n");
  sys_exit(127);
}
