"""A client that costs next to nothing: what is measured shall be the server's time, not the client's reading."""

import http
import socket


class LeanClient:
    """One connection to a server of this machine that is kept open; it reads answers that state their length."""

    def __init__(self, port: int) -> None:
        self._host = f"127.0.0.1:{port}"
        self._port = port
        self._socket = self._connect()

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(("127.0.0.1", self._port))
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def get(self, path: str, token: str = "") -> bytes:
        """Return the body of a request; raises AssertionError unless it answers 200."""
        proof = f"Authorization: Bearer {token}\r\n" if token else ""
        request = f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{proof}\r\n".encode()
        self._socket.sendall(request)
        received = bytearray(self._socket.recv(1 << 16))
        if not received:
            # While something else was measured, the server has closed a connection that rested too long.
            self._socket.close()
            self._socket = self._connect()
            self._socket.sendall(request)
            received += self._more()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head = bytes(received[:end]).lower()
        length = int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
        while len(received) < end + 4 + length:
            received += self._more()
        body = bytes(received[end + 4 :])
        assert head.startswith(b"http/1.1 %d " % http.HTTPStatus.OK), body
        return body

    def _more(self) -> bytes:
        chunk = self._socket.recv(1 << 20)
        assert chunk, "the server closed the connection"
        return chunk

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()
