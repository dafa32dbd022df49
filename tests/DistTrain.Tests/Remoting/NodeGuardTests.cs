using System.Runtime.Serialization;
using DistTrain.Node.Commands;
using DistTrain.Node.Hosting;

namespace DistTrain.Tests.Remoting;

public sealed class NodeGuardTests
{
    /// <summary>What the other tests show of the configuration holds of a node as it is really put together.</summary>
    [Fact]
    public async Task Node_of_a_cluster_has_the_refusing_serializers()
    {
        await using ClusterNode node = await ClusterNode.StartAsync(
            new NodeOptions { Roles = NodeRoles.Coordinator, ClientPort = 0 }, TestContext.Current.CancellationToken);
        try
        {
            foreach (int id in (int[])[1, 2, 3])
            {
                string type = typeof(Gadget).AssemblyQualifiedName!;
                SerializationException refusal = Assert.Throws<SerializationException>(() => node.System.Serialization.Deserialize("{}"u8.ToArray(), id, type));
                Assert.Contains("refused", refusal.Message);
            }

            Assert.Throws<SerializationException>(() => node.System.Serialization.FindSerializerForType(typeof(Gadget)));
        }
        finally
        {
            await node.StopAsync();
        }
    }
}
