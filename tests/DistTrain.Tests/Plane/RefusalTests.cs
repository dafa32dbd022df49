using System.Text;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Protocol.Plane;

namespace DistTrain.Tests.Plane;

public sealed class RefusalTests
{
    public static TheoryData<string, Action<FrameHeader>> BadHellos => new()
    {
        { "speaks plane protocol 6, not 1", header => header.Protocol = 1 },
        { "run 8 is not on this node", header => header.Run = 8 },
        { "partition 1 of run 7 is not on this node", header => header.Partition = 1 },
        { "has 40 parameters, not 41", header => header.Total = 41 },
        { "unknown role 9", header => header.Role = (PeerRole)9 },
        { "the first frame must be HELLO, not Push", header => header.Kind = FrameKind.Push },
        { "the first frame must be HELLO, not Ping", header => header.Kind = FrameKind.Ping },
        { "at most 1024 are allowed", header => header.Shards.AddRange(Enumerable.Repeat(1u, 2000)) },
    };

    [Theory]
    [MemberData(nameof(BadHellos))]
    public void Hello_that_is_wrong_is_refused_with_a_reason(string reason, Action<FrameHeader> change)
    {
        using PlaneFixture plane = new(40);
        using RawClient client = new(plane.Listener);
        client.Send(RawClient.Hello(plane.Worker, 40, change));
        Assert.Contains(reason, client.ReadReason());
        Assert.Empty(plane.Partition.Peers);
        Assert.Empty(plane.Partition.Ends);
    }

    [Fact]
    public void Garbage_instead_of_hello_is_refused_with_a_reason()
    {
        using PlaneFixture plane = new(40);
        using RawClient client = new(plane.Listener);
        client.Send(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        Assert.Contains("header of 542393671 bytes", client.ReadReason());
    }

    [Fact]
    public void Client_that_says_nothing_is_refused_after_a_while()
    {
        using PlaneFixture plane = new(40, PlaneFixture.Patient with { HelloLimit = TimeSpan.FromMilliseconds(100) });
        using RawClient client = new(plane.Listener);
        Assert.Contains("sent no HELLO within 0.1 s", client.ReadReason());
    }

    [Fact]
    public async Task Client_gives_up_on_a_server_that_says_nothing()
    {
        using System.Net.Sockets.TcpListener mute = new(System.Net.IPAddress.Loopback, 0);
        mute.Start();
        RecordingPartition partition = new(40);
        PlaneSocketOptions hasty = new() { HelloLimit = TimeSpan.FromMilliseconds(200) };
        var error = await Assert.ThrowsAsync<DistTrain.Training.UserErrorException>(() => SocketPartitionLink.ConnectAsync(
            "127.0.0.1", ((System.Net.IPEndPoint)mute.LocalEndpoint).Port, Samples.Worker(partition), 40, partition.Buffers, new RecordingObserver(), hasty, default));
        Assert.Contains("sent no WELCOME within 0.2 s", error.Message);
    }

    [Fact]
    public void Strangers_beyond_the_limit_are_closed_and_leave_room_when_they_go()
    {
        using PlaneFixture plane = new(40, PlaneFixture.Patient with { StrangerLimit = 2 });
        using (RawClient one = new(plane.Listener))
        using (RawClient two = new(plane.Listener))
        using (RawClient three = new(plane.Listener))
        {
            Assert.Null(three.ReadReason());
        }

        Wait.Until(() =>
        {
            using RawClient next = new(plane.Listener);
            next.Send(RawClient.Hello(plane.Worker, 40));
            try
            {
                return next.Next() is not null;
            }
            catch (IOException)
            {
                return false;
            }
        });
    }
}
