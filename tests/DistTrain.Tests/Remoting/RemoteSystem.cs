using Akka.Actor;
using Akka.Configuration;
using DistTrain.Node.Remoting;

namespace DistTrain.Tests.Remoting;

/// <summary>An actor system that listens on loopback.</summary>
internal sealed class RemoteSystem : IAsyncDisposable
{
    private const string Listening = """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          actor.provider = remote
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        }
        """;

    private RemoteSystem(string configuration) =>
        System = ActorSystem.Create("test", ConfigurationFactory.ParseString(configuration).WithFallback(Listening));

    public ActorSystem System { get; }

    public Address Address => ((ExtendedActorSystem)System).Provider.DefaultAddress;

    /// <summary>As every node of a cluster is set up.</summary>
    public static RemoteSystem Guarded() => new(ControlPlane.Configuration);

    /// <summary>As Akka is when nobody has thought about it.</summary>
    public static RemoteSystem Careless() => new("");

    /// <summary>Akka's own serializers for whatever it likes to send, and the right one for control messages.</summary>
    public static RemoteSystem Attacking() => new("""
        akka.actor {
          serializers.control = "DistTrain.Node.Remoting.ControlSerializer, disttrain"
          serialization-bindings {
            "DistTrain.Protocol.Control.RegisterWorker, DistTrain.Protocol" = control
          }
        }
        """);

    public async ValueTask DisposeAsync() => await System.Terminate();
}
