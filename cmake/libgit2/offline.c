// libgit2 without its network: stands in for the HTTP, SSH and TLS parts of libgit2.a.
//
// git_libgit2_init() starts every transport that was compiled in, which at each start would load OpenSSL,
// Kerberos and libssh2 and parse the machine's certificates: 7 ms for something that is never used. These
// definitions satisfy the linker first, so that those members of the archive are not linked at all, and the
// program cannot reach a network. The two functions that libgit2 calls when it starts report success, the
// others, which nothing reaches without a remote, report failure.
//
// The names are libgit2 1.5's own. With another version the link is tried when configuring, and the shared
// library is used when it fails (cmake/SqlawaitDependencies.cmake).

char git_http__expect_continue;

int git_transport_ssh_global_init(void) { return 0; }

int git_mbedtls_stream_global_init(void) { return 0; }

int git_smart_subtransport_http(void) { return -1; }

int git_smart_subtransport_ssh(void) { return -1; }

int git_transport_ssh_with_paths(void) { return -1; }

int git_mbedtls__set_cert_location(void) { return -1; }

int git_mbedtls_stream_new(void) { return -1; }

int git_mbedtls_stream_wrap(void) { return -1; }
